#pragma once

#include "adapters/worklist/worklist.h"

namespace adapters {

/// Which patients' encounters count.
enum class Among {
    Here,      ///< patients who are here now
    Expected,  ///< also those who are expected: Encounter.status planned
};

/// The current stays of these patients (ids), for EHRs that list no unit by its encounters: one
/// Encounter search for each group of `patientsPerSearch` patients, several at once
/// (`concurrentRequests`). `problems`: those already found by the caller. Throws
/// Error{InvalidInput} for more than 2000 patients.
///
/// One stay for each patient, chosen by `isBetterStay`. Patient, status and end of the results are
/// checked again. With a memory, asks only for changes since the last reading. A patient without a
/// current encounter becomes a problem line, so that nobody is missed silently.
Worklist staysOf(const WorklistContext& context, const std::vector<std::string>& patientIds,
                 std::vector<fhir::Issue> problems, Among among = Among::Here);

/// Whether the encounter is current at `now`: its status is, and its end has not passed.
bool isCurrent(const fhir::Encounter& encounter, const Profile& profile, fhir::Instant now,
               Among among = Among::Here);

/// Whether `left` is the one to show of two current encounters of one patient: an inpatient or
/// other stay before a visit (class AMB, HH, VR, FLD), then the later start, then the smaller id.
bool isBetterStay(const fhir::Encounter& left, const fhir::Encounter& right);

/// The source `patients`: the configured list.
Worklist listPatients(const WorklistContext& context);

/// The id of a reference in the query, "Type/id". For any other form throws Error{InvalidInput}
/// that says what the source needs.
std::string requireReference(const std::string& reference, std::string_view type,
                             const char* member, std::string_view source);

}  // namespace adapters
