#pragma once

#include <string>

#include "adapters/adapter.h"
#include "plugin/audit/entry.h"
#include "plugin/store/database.h"
#include "plugin/store/tables/merge_table.h"

namespace plugin::records {

/// The patient as the EHR has them now, whatever has become of the record that was asked for: it
/// names the one that took its place (`Patient.link`, replaced-by), it is answered with one that
/// says to replace it, or it is gone (404, 410) and exactly one says so. What we hold moves to that
/// one, step by step, and the log says how much, without ids. Another patient in answer to the id
/// is a bad reply, and nothing moves.
///
/// A step is taken once the EHR has said so twice (`store::MergeTable::hear`) and lets the other
/// record be read. Until then, and where a person has taken that merge back, the old record is
/// returned as it is; where it is gone, Error{Unavailable} says when to ask again, or
/// Error{NotFound}.
///
/// Throws Error{Conflict} where records name each other in a circle, or more than
/// `store::MergeTable::kStepsMax` in a row, and what `adapter.patient` throws.
fhir::Patient readFollowing(const adapters::Adapter& adapter, store::Database& database,
                            const std::string& connection, const std::string& patient,
                            fhir::Instant now);

/// Takes a merge that was followed back, with the person who does in the audit trail of both.
/// Error{NotFound} where none was followed from that record.
store::MergeTable::Undone undoMerge(store::Database& database, const std::string& connection,
                                    const std::string& patient, const audit::Author& by,
                                    fhir::Instant now);

}  // namespace plugin::records
