#pragma once

#include "adapters/worklist/worklist.h"

namespace adapters {

/// Whose encounters count.
enum class Among {
    Here,      ///< patients who are here now
    Expected,  ///< those who are expected as well: Encounter.status planned
};

/// The current stays of these patients (ids), for EHRs that list no unit by its encounters: one
/// Encounter search for each patient, or for as many as the profile lets a search name, several
/// at once (`concurrentRequests`). `problems` is what was found on the way here.
///
/// One stay for each patient: a bed before a visit, then the one that began last. What a search
/// brings is checked again: patient, status, an end that has passed. With a memory, only what has
/// changed since the last reading is asked for. A patient without a current
/// encounter is a problem line, so that nobody is missed without a word.
Worklist staysOf(const WorklistContext& context, const std::vector<std::string>& patientIds,
                 std::vector<fhir::Issue> problems, Among among = Among::Here);

/// Whether the encounter goes on at `now`, by its status and by an end that has not passed.
bool isCurrent(const fhir::Encounter& encounter, const Profile& profile, fhir::Instant now,
               Among among = Among::Here);

/// Whether `left` is the one to show of two current encounters of one patient.
bool isBetterStay(const fhir::Encounter& left, const fhir::Encounter& right);

/// The source `patients`: the configured list.
Worklist listPatients(const WorklistContext& context);

/// The id of a reference in the query, "Type/id". Throws Error{InvalidInput} that says what the
/// source needs where it is not of that form.
std::string requireReference(const std::string& reference, std::string_view type,
                             const char* member, std::string_view source);

}  // namespace adapters
