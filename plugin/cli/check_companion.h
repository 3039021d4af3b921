#pragma once

#include "plugin/cli/check_tokens.h"
#include "plugin/connections/connections.h"

namespace plugin::cli {

/// Whether the server that this connection names as its companion can keep what the EHR cannot
/// hold, by its CapabilityStatement and its profile, and lets it be searched. Reads only.
CheckStep checkCompanion(const Connection& connection, bool hasTeams);

}  // namespace plugin::cli
