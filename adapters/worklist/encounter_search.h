#pragma once

#include "adapters/worklist/worklist.h"

namespace adapters {

/// Lists a unit by searching the encounters at its Location and at the beds below it: what a
/// plain R4 server can do (vendors.md, section 0, row "Encounter search without patient").
///
/// Status and place are checked again on our side. The order is by location name ("Bed 2" before
/// "Bed 10"; without one last), then by patient's name, then by id.
Worklist searchEncounters(const fhir::Client& client, const Profile& profile,
                          const WorklistQuery& query);

}  // namespace adapters
