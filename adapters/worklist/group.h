#pragma once

#include "adapters/worklist/worklist.h"

namespace adapters {

/// Lists a unit by the members of a Group in the EHR, then reads their encounters. Leaves out
/// members who are inactive or whose period has passed. Throws Error{NotFound} if the Group names
/// no members.
Worklist listGroup(const WorklistContext& context);

}  // namespace adapters
