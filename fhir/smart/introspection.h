#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "fhir/http/transport.h"
#include "fhir/smart/client_identity.h"
#include "fhir/smart/scopes.h"

namespace fhir::smart {

/// What an authorization server says of a token that somebody showed us.
struct Introspected {
    bool active = false;  ///< where it is false nothing else counts
    Scopes scopes;
    std::string clientId, issuer;
    std::string subject, fhirUser;       ///< who the token was given to; "" where not said
    std::string patient;                 ///< the launch context; "" where the token has none
    std::vector<std::string> audiences;  ///< whom the token is for; empty where not said
    std::optional<Instant> expires;
};

/// Asks what a token is worth (RFC 7662; SMART App Launch 2.2, token introspection).
///
/// `audience` is what assertions of `identity` are for: the token address, where the identity does
/// not name another. The token goes in the body, never into an address. Throws Error{Unauthorized}
/// where the server does not let us ask, {Unavailable} where it may be tried again, {BadReply}
/// where what came is no answer to this.
Introspected introspect(http::Transport& transport, const Url& url, const ClientIdentity& identity,
                        const Url& audience, const Secret& token, Instant now, Deadline deadline);

}  // namespace fhir::smart
