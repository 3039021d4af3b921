#pragma once

#include "adapters/worklist/worklist.h"

namespace adapters {

/// Lists a unit by searching the encounters at its Location and at the beds below it: what a
/// plain R4 server can do (vendors.md, section 0, row "Encounter search without patient").
///
/// Status and place are checked again on our side. With a memory, only what has changed since the
/// last reading is asked for: at those places, and of the encounters that were there.
Worklist searchEncounters(const WorklistContext& context);

}  // namespace adapters
