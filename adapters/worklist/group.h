#pragma once

#include "adapters/worklist/worklist.h"

namespace adapters {

/// Lists a unit by the members of a Group that the EHR keeps; their encounters are then asked
/// for. Members who are inactive, or whose period has passed, are left out.
Worklist listGroup(const WorklistContext& context);

}  // namespace adapters
