#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "fhir/http/transport.h"
#include "fhir/smart/client_identity.h"
#include "fhir/smart/scopes.h"

namespace fhir::smart {

/// What an authorization server says about a token that somebody sent us.
struct Introspected {
    bool active = false;  ///< if false, nothing else is read
    Scopes scopes;
    std::string clientId, issuer;
    std::string subject, fhirUser;       ///< the user of the token; "" if not said
    std::string patient;                 ///< the launch context; "" if there is none
    std::vector<std::string> audiences;  ///< `aud`; empty if not said
    std::optional<Instant> expires;
};

/// Asks an authorization server about a token (RFC 7662; SMART App Launch 2.2, token
/// introspection).
///
/// `audience` is the token address; it is the `aud` of our client assertion unless `identity` names
/// another. The token goes in the body, never into an address. Throws Error{Unauthorized} or
/// {Forbidden} if the server does not let us ask, {Unavailable} if it may be tried again,
/// {BadReply} if the answer is no introspection response.
Introspected introspect(http::Transport& transport, const Url& url, const ClientIdentity& identity,
                        const Url& audience, const Secret& token, Instant now, Deadline deadline);

}  // namespace fhir::smart
