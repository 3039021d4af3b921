#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/r4/encounter.h"
#include "fhir/r4/patient.h"

namespace adapters {

/// How a unit's patients are found: the `worklist` member of a unit in the configuration.
struct WorklistQuery {
    std::string source;    ///< "encounter-search"
    std::string location;  ///< "Location/id" of the unit; its beds are found below it
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

}  // namespace adapters
