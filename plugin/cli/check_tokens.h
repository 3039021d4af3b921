#pragma once

#include <string>
#include <vector>

#include "plugin/connections/connections.h"

namespace plugin::cli {

/// What a step of `check` found. `text` says what was seen and, for warn and fail, what to do.
struct CheckStep {
    std::string result, text;            ///< pass | warn | fail | skip
    std::vector<std::string> granted{};  ///< scopes, where the step is about them
};

// The steps about getting a token, each for one connection. An Error that they throw fails the
// step.

/// Checks that the server says where tokens are, and accepts our way to authenticate.
CheckStep checkSmartConfiguration(const Connection& connection);
/// Checks that the server gives a token.
CheckStep checkToken(const Connection& connection);
/// Checks that the scopes which the routes and worklists need are granted, whatever was asked for,
/// and names those that are not.
CheckStep checkScopes(const Connection& connection);

}  // namespace plugin::cli
