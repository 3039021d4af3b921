#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/worklist/patients.h"
#include "adapters/worklist/places.h"
#include "fhir/base/clock.h"
#include "fhir/r4/encounter.h"

namespace adapters {

/// An encounter that is on a unit now.
struct UnitStay {
    fhir::Encounter encounter;
    std::string patientId;
    std::string locationId, locationDisplay;
};

/// What was found of units that are listed by searching their encounters, so that the next reading
/// asks for what has changed since and no more. May be used from several threads at once.
///
/// A change of an encounter tells who came, who left and who moved. What it does not tell (an
/// encounter that was deleted, a patient who was merged or has died, another bed) is seen at the
/// next whole reading.
class UnitMemory {
public:
    /// How far before the last reading a change is looked for: indexes lag.
    static constexpr std::chrono::minutes kOverlap{5};
    static constexpr std::size_t kUnitsMax = 500;  ///< beyond, all is forgotten

    /// Of one unit.
    struct Known {
        std::map<std::string, UnitStay> stays;  ///< by Encounter id
        Patients patients;                      ///< of the stays
        Places places;
        std::vector<fhir::Issue> problems;  ///< of the last whole reading, as far as they hold
        fhir::Instant readAt{}, wholeAt{};  ///< by our clock
        /// The newest change that was seen, by the server's clock; nullopt where it tells none.
        std::optional<fhir::Instant> newest;

        /// Since when changes are to be asked for. By the server's own clock where it told the
        /// time of any change: every later one is stamped by the same clock.
        fhir::Instant since() const;
    };

    /// nullopt where the unit is to be read whole.
    std::optional<Known> find(const std::string& unit, fhir::Instant now,
                              std::chrono::seconds wholeEvery) const;
    void keep(const std::string& unit, Known known);

private:
    mutable std::mutex mutex_;
    std::map<std::string, Known> known_;
};

}  // namespace adapters
