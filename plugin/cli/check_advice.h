#pragma once

#include <string>

#include "adapters/profile/profile.h"

namespace plugin::cli {

/// What to do where this step of `check` is not well: what the vendor's profile knows of it, or
/// what helps with any R4 server.
std::string adviceOn(const std::string& step, const adapters::Profile& profile);

}  // namespace plugin::cli
