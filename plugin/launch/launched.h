#pragma once

#include <string>

#include "fhir/smart/token_endpoint.h"
#include "plugin/sessions/context.h"
#include "plugin/settings/settings.h"

namespace plugin::launch {

/// The scopes for what the pages read with the user's token. `askedScopes` adds those that open the
/// page and name the user; if the site lists scopes, it returns those instead.
fhir::smart::Scopes neededScopes();
fhir::smart::Scopes askedScopes(const LaunchSettings& launch,
                                const std::vector<std::string>& supported);

/// What a launch said besides its tokens (SMART App Launch 2.2, "launch context arrives with your
/// access token").
struct Launched {
    sessions::Context context;  ///< without user, style and grant
    std::string styleUrl;       ///< `smart_style_url`, "" if none
    std::string tenant;         ///< "" if none; one of its own where it cannot be read
};

/// Reads the launch context from a token response. Throws Error{Forbidden} if a scope that the
/// pages need was not granted, Error{BadReply} if it names neither a patient nor a ward of ours.
/// What else it says is a hint: one that cannot be read is as if it were unsaid, and in the log.
Launched readLaunch(const fhir::smart::TokenResponse& response,
                    const ConnectionSettings& connection);

}  // namespace plugin::launch
