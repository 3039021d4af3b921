#pragma once

#include "plugin/cli/check_tokens.h"
#include "plugin/connections/connections.h"

namespace plugin::cli {

/// Checks that the companion server of this connection can keep what the EHR cannot hold (by its
/// CapabilityStatement and its profile) and can be searched. Reads only.
CheckStep checkCompanion(const Connection& connection, bool hasTeams);

}  // namespace plugin::cli
