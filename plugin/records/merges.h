#pragma once

#include <string>

#include "adapters/adapter.h"
#include "plugin/store/database.h"

namespace plugin::records {

/// The patient as the EHR has them now, whatever has become of the record that was asked for: it
/// names the one that took its place (`Patient.link`, replaced-by), it is answered with one that
/// says to replace it, or it is gone (404, 410) and exactly one says so. What we hold moves to that
/// one, step by step, and the log says how much, without ids. Another patient in answer to the id
/// is a bad reply, and nothing moves.
///
/// Throws Error{Conflict} where records name each other in a circle, or more than
/// `store::MergeTable::kStepsMax` in a row, and what `adapter.patient` throws.
fhir::Patient readFollowing(const adapters::Adapter& adapter, store::Database& database,
                            const std::string& connection, const std::string& patient,
                            fhir::Instant now);

}  // namespace plugin::records
