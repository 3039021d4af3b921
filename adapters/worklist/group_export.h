#pragma once

#include "adapters/worklist/worklist.h"

namespace adapters {

/// Lists a unit by the bulk export of a Group ($export): its patients and their encounters, for
/// EHRs that offer nothing else. It takes minutes, so a unit of this source is read seldom.
Worklist exportGroup(const WorklistContext& context);

}  // namespace adapters
