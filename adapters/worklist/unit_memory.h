#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/worklist/patients.h"
#include "adapters/worklist/places.h"
#include "fhir/base/clock.h"
#include "fhir/r4/encounter.h"

namespace adapters {

/// A current encounter on a unit.
struct UnitStay {
    fhir::Encounter encounter;
    std::string patientId;
    bool isPlaced = true;  ///< false: it names no place, and is here by the server's search alone
};

/// Remembers units that are listed by searching their encounters, so that the next reading asks
/// only for changes. May be used from several threads at once.
///
/// Changed encounters show who came, who left and who moved. What they do not show (a deleted
/// encounter, a patient who was merged or has died, a new bed Location) is seen at the next full
/// reading.
class UnitMemory {
public:
    /// How far before the last reading a search for changes begins: indexes lag.
    static constexpr std::chrono::minutes kOverlap{5};
    static constexpr std::size_t kUnitsMax = 500;  ///< with more, everything is forgotten

    /// The memory of one unit.
    struct Known {
        std::map<std::string, UnitStay> stays;  ///< by Encounter id
        Patients patients;                      ///< of the stays
        Places places;
        std::vector<fhir::Issue> problems;  ///< of the last full reading, if still true
        /// Ids of encounters that were found and are not here: their period is over, or they are
        /// elsewhere now.
        std::set<std::string> over, elsewhere;
        fhir::Instant readAt{}, wholeAt{};  ///< by our clock
        /// The newest `meta.lastUpdated` seen, by the server's clock; nullopt if none.
        std::optional<fhir::Instant> newest;

        /// From when to ask for changes: the earlier of `readAt` and `newest`, less `kOverlap`. If
        /// the server's clock is behind ours, later changes have earlier times too.
        fhir::Instant since() const;
    };

    /// nullopt if the unit needs a full reading.
    std::optional<Known> find(const std::string& unit, fhir::Instant now,
                              std::chrono::seconds wholeEvery) const;
    void keep(const std::string& unit, Known known);

private:
    mutable std::mutex mutex_;
    std::map<std::string, Known> known_;
};

}  // namespace adapters
