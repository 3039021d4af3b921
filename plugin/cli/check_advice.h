#pragma once

#include <string>

#include "adapters/profile/profile.h"

namespace plugin::cli {

/// Returns what to do if this step of `check` does not pass: the advice of the vendor's profile,
/// else what helps with any R4 server.
std::string adviceOn(const std::string& step, const adapters::Profile& profile);

}  // namespace plugin::cli
