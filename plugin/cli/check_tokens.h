#pragma once

#include <string>

#include "plugin/connections/connections.h"

namespace plugin::cli {

/// What a step of `check` found. `text` says what was seen and, where it is not well, what to do.
struct CheckStep {
    std::string result, text;  ///< pass | warn | fail | skip
};

// The steps about getting a token, each for one connection. They throw as a step may.

/// Whether the server says where tokens are, and takes what this connection shows.
CheckStep checkSmartConfiguration(const Connection& connection);
/// Whether it gives one.
CheckStep checkToken(const Connection& connection);
/// Whether what is granted is what is needed, with the difference named.
CheckStep checkScopes(const Connection& connection);

}  // namespace plugin::cli
