#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "fhir/base/concurrency/single_flight.h"
#include "fhir/smart/configuration.h"
#include "fhir/smart/token_endpoint.h"

namespace fhir::smart {

struct TokenSourceOptions {
    /// Our identity, read again for each token: keys are rotated.
    std::function<ClientIdentity()> identity;
    Scopes needed;                              ///< compared with what is granted
    std::optional<Scopes> asked;                ///< requested instead of what is needed
    bool asksForScopes = true;                  ///< false: the server grants what is registered
    std::optional<Url> tokenUrl;                ///< instead of the one that is discovered
    std::optional<ScopeSyntax> syntax;          ///< instead of the one chosen by the capabilities
    std::chrono::milliseconds timeout{15'000};  ///< for everything that one token needs
};

/// A granted token, and its lifetime.
struct Grant {
    Secret accessToken;
    Scopes granted, missing;  ///< missing: needed but not granted
    std::chrono::seconds lifetime{0};
    bool lifetimeWasSaid = false;  ///< `expires_in` was there
};

/// The access token of one connection for the service itself (SMART, backend services): fetched
/// when first needed, cached until shortly before it expires, by one request at a time however many
/// threads ask. `transport` reaches the token server.
class TokenSource {
public:
    /// Lifetime if the server omits `expires_in`, though it must send it: what SMART recommends.
    static constexpr std::chrono::seconds kLifetimeUnsaid{300};
    /// How many times per minute a token may be discarded because a FHIR server answered 401 to it.
    static constexpr int kRenewalsPerMinute = 6;

    TokenSource(http::Transport& transport, Discovery& discovery, TokenSourceOptions options,
                Clock clock = {}, std::function<std::string()> newId = randomUuid);

    /// The cached token, or a new one. Throws what Discovery and TokenEndpoint throw.
    SingleFlight<Grant>::Pointer grant(Deadline deadline);
    /// The token as the value of an Authorization header, within the options' timeout. Throws
    /// Error{Unavailable} if there may be one later, else always Error{Unauthorized}: another kind
    /// from the token server must not look like the FHIR server's answer about a resource.
    Secret authorization();

    /// To be called when a FHIR server answered 401 to this Authorization header. True if the token
    /// was discarded and one more request with `authorization()` makes sense.
    bool reject(const Secret& authorization);

private:
    SingleFlight<Grant>::Fetched fetch(Deadline deadline);

    http::Transport& transport_;
    Discovery& discovery_;
    TokenSourceOptions options_;
    Clock clock_;
    std::function<std::string()> newId_;
    SingleFlight<Grant> kept_;
    std::mutex mutex_;
    std::deque<Deadline> renewals_;  ///< guarded by mutex_; when, oldest first
};

}  // namespace fhir::smart
