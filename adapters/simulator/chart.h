#pragma once

#include <string>

#include "adapters/simulator/behaviour.h"
#include "adapters/simulator/chance.h"
#include "adapters/simulator/people.h"
#include "adapters/simulator/store.h"

namespace adapters::simulator {

/// A Location by id and name.
struct Place {
    std::string id, name;
};

constexpr int kStaff = 4;  ///< of the hospital: Practitioner/practitioner-1 to -4

/// Writes the charts of made-up people into the store. All times lie before `today` (midnight).
class ChartWriter {
public:
    ChartWriter(Store& store, const Behaviour& behaviour, const Catalogue& catalogue,
                Chance& chance, fhir::Instant today)
        : store_(store),
          behaviour_(behaviour),
          catalogue_(catalogue),
          chance_(chance),
          today_(today) {}

    /// Adds a resource, whose JSON is not validated, as it is ours. Gives it the vendor's ids and
    /// form; adds nothing if the vendor lacks the type.
    void add(const char* type, const std::string& id, const std::string& json,
             fhir::Instant updated);
    /// Adds Patient/patient-N with relatives, stays and statements. `before`: the earlier place of
    /// a patient who has moved. The patients in "elsewhere" of people.json who moved are now at
    /// `place` and were on the ward before.
    void addPerson(int number, const Person& person, const Place& place, const Place& before);
    /// "Type/id" with the vendor's id.
    std::string reference(std::string_view type, std::string_view plainId) const;

private:
    struct Stay {
        std::string id;
        fhir::Instant start;
        std::string status;
    };
    fhir::Instant daysAgo(int days, int hour);
    void addPatient(const std::string& id, int number, const Person& person);
    void addRelatives(const std::string& patientId, const Person& person);
    std::vector<Stay> addStays(int number, const Person& person, const Place& place,
                               const Place& before);
    void addSaying(const std::string& patientId, const std::string& id, const Person& person,
                   const Saying& saying, const std::vector<Stay>& stays);

    Store& store_;
    const Behaviour& behaviour_;
    const Catalogue& catalogue_;
    Chance& chance_;
    fhir::Instant today_;
};

}  // namespace adapters::simulator
