#pragma once

#include "adapters/worklist/worklist.h"

namespace adapters {

/// Lists a unit by searching the encounters at its Location and at the beds below it, as a plain R4
/// server can (vendors.md, section 0, row "Encounter search without patient").
///
/// Status and place are checked again on our side. With a memory, it asks only for changes since
/// the last reading: of encounters at those places, and of the encounters that were there.
Worklist searchEncounters(const WorklistContext& context);

}  // namespace adapters
