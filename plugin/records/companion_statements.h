#pragma once

#include <string>
#include <vector>

#include "adapters/adapter.h"

namespace plugin::records {

/// How much of what a companion server holds was read. Unless it is Whole, words may be missing.
enum class CompanionReading {
    Whole,
    Partial,  ///< some entries could not be read
    None,     ///< the server did not answer in time, or gave nothing that can be read
};

/// What a companion server holds about some patients.
struct CompanionStatements {
    /// With references as the EHR has them; see adapters::findAtCompanion.
    std::vector<fhir::Observation> observations;
    CompanionReading reading = CompanionReading::Whole;
};

/// Reads the statements about these patients of an EHR that a companion server holds. Never throws
/// Error: a server that does not answer by the deadline, or cannot be read, is a reading of None,
/// and why is in the log.
CompanionStatements findCompanionStatements(const adapters::Adapter& companion,
                                            const adapters::Adapter& ehr,
                                            const std::vector<std::string>& patients,
                                            fhir::Deadline deadline = fhir::Deadline::max());

/// Says to people what may be missing, with the server's name; "" where nothing is.
std::string companionNotice(CompanionReading reading, const adapters::Adapter& companion);

}  // namespace plugin::records
