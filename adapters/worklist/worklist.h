#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/profile.h"
#include "fhir/base/error.h"
#include "fhir/client/client.h"
#include "fhir/r4/encounter.h"
#include "fhir/r4/patient.h"

namespace adapters {

/// How a unit's patients are found: the `worklist` member of a unit in the configuration.
struct WorklistQuery {
    std::string source;          ///< "encounter-search": one of `worklistSources`
    std::string location{};      ///< "Location/id" of the unit; its beds are found below it
    std::string identifier{};    ///< of a patient list: "system|value", "value" or "List/id"
    std::string practitioner{};  ///< "Practitioner/id" whose appointments make the unit
    int days = 1;                ///< of appointments: from now, so many days on
    std::string group{};         ///< "Group/id" whose members make the unit
    std::vector<std::string> patients{};  ///< "Patient/id", in the order they are to be shown
};

/// One current stay on a unit.
struct Stay {
    fhir::Encounter encounter;
    fhir::Patient patient;
    std::string location;  ///< name of the bed or room; "" where the EHR names none
};

/// A unit as it is now, read whole from the EHR.
struct Worklist {
    std::vector<Stay> stays;
    std::vector<fhir::Issue> problems;  ///< what could not be read; the rest is complete
};

/// Lists a unit in the way that `query.source` names. Throws Error{InvalidInput} for an unknown
/// source or a query that lacks what its source needs, and what fhir::Client throws where the
/// list would have a hole that nobody could see.
Worklist listUnit(const fhir::Client& client, const Profile& profile, const WorklistQuery& query);
/// The sources that `listUnit` knows.
std::vector<std::string> worklistSources();

}  // namespace adapters
