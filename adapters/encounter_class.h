#pragma once

#include "adapters/profile/profile.h"
#include "fhir/r4/encounter.h"

namespace adapters {

inline constexpr const char* kActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

/// Replaces a local Encounter.class by its v3 ActCode if the profile's `encounterClasses` has it,
/// by system and code or by the code alone; else leaves it unchanged.
void mapClass(fhir::Encounter& encounter, const Profile& profile);

}  // namespace adapters
