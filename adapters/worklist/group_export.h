#pragma once

#include "adapters/worklist/worklist.h"

namespace adapters {

/// Lists a unit by the bulk export of a Group ($export): its patients and their encounters, for
/// EHRs that offer nothing else. An export takes minutes, so such a unit is read rarely.
Worklist exportGroup(const WorklistContext& context);

}  // namespace adapters
