#pragma once

#include <string>

#include "fhir/smart/token_endpoint.h"
#include "plugin/sessions/context.h"
#include "plugin/settings/settings.h"

namespace plugin::launch {

/// The scopes without which the pages cannot be. `askedScopes` adds those for what else is read
/// with the user's token, and those that open the page and name the user; if the site lists scopes,
/// it returns those instead. `connection` has a launch.
fhir::smart::Scopes neededScopes();
fhir::smart::Scopes askedScopes(const ConnectionSettings& connection,
                                const std::vector<std::string>& supported);

/// What a launch said besides its tokens (SMART App Launch 2.2, "launch context arrives with your
/// access token").
struct Launched {
    sessions::Context context;  ///< without user, style and grant
    std::string styleUrl;       ///< `smart_style_url`, "" if none
    std::string tenant;         ///< "" if none; one of its own where it cannot be read
};

/// Reads the launch context from a token response. Throws Error{Forbidden} if a scope that the
/// pages need was not granted, Error{BadReply} if it names a patient in a way that cannot be read,
/// or none where there are no units. Without a patient it opens the ward that it names, or else the
/// units to choose from.
/// What else it says is a hint: one that cannot be read is as if it were unsaid, and in the log.
Launched readLaunch(const fhir::smart::TokenResponse& response,
                    const ConnectionSettings& connection);

}  // namespace plugin::launch
