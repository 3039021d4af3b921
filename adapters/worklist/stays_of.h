#pragma once

#include "adapters/worklist/current_stay.h"
#include "adapters/worklist/worklist.h"

namespace adapters {

/// The current stays of these patients (ids), for EHRs that list no unit by its encounters: one
/// Encounter search for each group of `patientsPerSearch` patients, several at once
/// (`concurrentRequests`). `problems`: those already found by the caller. Throws
/// Error{InvalidInput} for more than 2000 patients.
///
/// One stay for each patient (`levelsOf`). Patient, status and end of the results are checked
/// again. With a memory, asks only for changes since the last reading. A patient without a current
/// encounter, or whose encounters cannot be read, becomes a problem line, so that nobody is missed
/// silently. Throws if they can be read of none.
Worklist staysOf(const WorklistContext& context, const std::vector<std::string>& patientIds,
                 std::vector<fhir::Issue> problems, Among among = Among::Here);

/// The source `patients`: the configured list.
Worklist listPatients(const WorklistContext& context);

/// The id of a reference in the query, "Type/id". For any other form throws Error{InvalidInput}
/// that says what the source needs.
std::string requireReference(const std::string& reference, std::string_view type,
                             const char* member, std::string_view source);

}  // namespace adapters
