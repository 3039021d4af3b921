#pragma once

#include <vector>

#include "adapters/profile/profile.h"
#include "fhir/base/clock.h"
#include "fhir/r4/encounter.h"
#include "fhir/r4/server_address.h"

namespace adapters {

/// Which patients' encounters count.
enum class Among {
    Here,      ///< patients who are here now
    Expected,  ///< also those who are expected: Encounter.status planned
};

/// Whether the encounter is current at `now`: its status is, and its end has not passed.
bool isCurrent(const fhir::Encounter& encounter, const Profile& profile, fhir::Instant now,
               Among among = Among::Here);

/// Whether `left` is the one to show of two current encounters of one patient: an inpatient or
/// other stay before a visit (class AMB, HH, VR, FLD), then the later start, then the smaller id.
bool isBetterStay(const fhir::Encounter& left, const fhir::Encounter& right);

/// The encounters that are the stay to show of one patient, outermost first: the best (by
/// `isBetterStay`) of those that are part of none of the others, and then whatever is part of it
/// (Encounter.partOf), level by level. Empty only if `encounters` is.
std::vector<fhir::Encounter> levelsOf(std::vector<fhir::Encounter> encounters,
                                      const fhir::ServerAddress& server);

/// Where the patient of a stay is at `now`: of the innermost level that names a place, by reference
/// or words, the best of `Encounter::placesAt`. nullptr if none does.
const fhir::Encounter::Location* placeIn(const std::vector<fhir::Encounter>& levels,
                                         fhir::Instant now);

}  // namespace adapters
