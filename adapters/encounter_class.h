#pragma once

#include "adapters/profile/profile.h"
#include "fhir/r4/encounter.h"

namespace adapters {

inline constexpr const char* kActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

/// Puts the v3 ActCode for a local Encounter.class, where the profile's `encounterClasses` knows
/// it, by system and code or by the code alone; else leaves it as it is.
void mapClass(fhir::Encounter& encounter, const Profile& profile);

}  // namespace adapters
