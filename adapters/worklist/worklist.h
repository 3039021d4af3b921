#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/profile/profile.h"
#include "fhir/base/clock.h"
#include "fhir/base/error.h"
#include "fhir/client/client.h"
#include "fhir/r4/encounter.h"
#include "fhir/r4/patient.h"

namespace adapters {

/// How a unit's patients are found: the `worklist` member of a unit in the configuration.
struct WorklistQuery {
    std::string source;                   ///< "encounter-search": one of `worklistSources`
    std::string location{};               ///< "Location/id" of the unit
    std::string identifier{};             ///< of a patient list: "List/id", "system|value", "value"
    std::string practitioner{};           ///< "Practitioner/id" whose appointments make the unit
    int days = 1;                         ///< of appointments: for so many days from now
    std::string group{};                  ///< "Group/id" whose members make the unit
    std::vector<std::string> patients{};  ///< each "Patient/id"
    /// How often everything is read again if only changes are read in between.
    std::chrono::seconds wholeEvery{600};
};

/// One current stay on a unit: one for each patient.
struct Stay {
    fhir::Encounter encounter;  ///< of several levels (Encounter.partOf) the outermost
    fhir::Patient patient;
    std::string location{};                   ///< name of the bed or room; "" if the EHR names none
    std::optional<fhir::DateTime> arrived{};  ///< at that place
};

/// A unit as it is now in the EHR.
struct Worklist {
    std::vector<Stay> stays;
    std::vector<fhir::Issue> problems;  ///< what could not be read; the rest is complete
    /// Ids of patients of whom the server did not tell whether they are here, because it was away
    /// or its answer makes no sense: what was known before may stand in.
    std::set<std::string> away{};
};

/// Called while a list is put together: `done` of `all` patients. A group export counts the
/// resources read, with `all` 0. Called from several threads, one call at a time.
using Progress = std::function<void(std::size_t done, std::size_t all)>;

class StayMemory;
class UnitMemory;

/// What a source needs.
struct WorklistContext {
    const fhir::Client& client;
    const Profile& profile;
    const WorklistQuery& query;
    fhir::Clock clock{};
    Progress progress{};
    /// Memories of earlier readings of the same EHR; nullptr: none.
    StayMemory* memory = nullptr;
    UnitMemory* units = nullptr;
};

/// Lists a unit with the source `query.source`. Throws Error{InvalidInput} for an unknown source or
/// a query that lacks what its source needs, and what fhir::Client throws if the list would have an
/// unnoticed gap.
Worklist listUnit(const WorklistContext& context);
/// The sources that `listUnit` knows.
std::vector<std::string> worklistSources();

/// Makes a stay at this place, by the name that the encounter gives it; nullptr: nobody knows
/// where.
Stay stayAt(fhir::Encounter encounter, fhir::Patient patient,
            const fhir::Encounter::Location* place);

/// Sorts by location name ("Bed 2" before "Bed 10"; stays without one last), then by the patient's
/// name at `now`, then by the encounter's id.
void sortStays(std::vector<Stay>& stays, fhir::Instant now);

}  // namespace adapters
