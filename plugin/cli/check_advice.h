#pragma once

#include <string>

#include "plugin/settings/settings.h"

namespace plugin::cli {

/// Returns what to do if this step of `check` does not pass: the advice of the vendor's profile,
/// else what helps with any R4 server.
std::string adviceOn(const std::string& step, const adapters::Profile& profile);

/// Returns what to do about a cause that an error names (`Error::cause`), in whatever step it
/// shows;
/// "" for any other.
std::string adviceOnCause(const std::string& cause, const ConnectionSettings& settings);

}  // namespace plugin::cli
