#pragma once

#include <string>

#include "adapters/simulator/chance.h"
#include "adapters/simulator/people.h"
#include "adapters/simulator/store.h"

namespace adapters::simulator {

/// A Location by id and name.
struct Place {
    std::string id, name;
};

/// Writes the charts of made-up people into the store. All times lie before `today` (midnight).
class ChartWriter {
public:
    ChartWriter(Store& store, Chance& chance, fhir::Instant today)
        : store_(store), chance_(chance), today_(today) {}

    /// Adds a resource whose JSON is known to be right: it is ours.
    void add(const char* type, const std::string& id, const std::string& json,
             fhir::Instant updated);
    /// Patient/patient-N with relatives, stays and statements. `before`: where they came from if
    /// they moved. Whoever moves in "elsewhere" is now at `place` and was on the ward before.
    void addPerson(int number, const Person& person, const Place& place, const Place& before);

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
    Chance& chance_;
    fhir::Instant today_;
};

}  // namespace adapters::simulator
