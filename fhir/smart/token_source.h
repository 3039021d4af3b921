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
    /// Who we are, asked for each token: keys are rotated.
    std::function<ClientIdentity()> identity;
    Scopes needed;                              ///< compared with what is granted
    bool asksForNeeded = true;                  ///< false: the server grants what is registered
    std::optional<Url> tokenUrl;                ///< instead of the one that is discovered
    std::optional<ScopeSyntax> syntax;          ///< instead of the one that capabilities choose
    std::chrono::milliseconds timeout{15'000};  ///< for all that one token needs
};

/// What was granted, and for how long.
struct Grant {
    Secret accessToken;
    Scopes granted, missing;  ///< missing: of what is needed
    std::chrono::seconds lifetime{0};
    bool lifetimeWasSaid = false;  ///< `expires_in` was there
};

/// The access token of one connection for the service itself (SMART, backend services): got when
/// first needed, kept until shortly before it expires, one request at a time however many threads
/// ask. Discovery and token server are asked by `transport`.
class TokenSource {
public:
    /// Used where the server does not say `expires_in`, though it must: what SMART recommends.
    static constexpr std::chrono::seconds kLifetimeUnsaid{300};
    /// How often in a minute a token is given up because a FHIR server answered 401 to it.
    static constexpr int kRenewalsPerMinute = 6;

    TokenSource(http::Transport& transport, Discovery& discovery, TokenSourceOptions options,
                Clock clock = {}, std::function<std::string()> newId = randomUuid);

    /// The token as it is held, or a new one. Throws what Discovery and TokenEndpoint throw.
    SingleFlight<Grant>::Pointer grant(Deadline deadline);
    /// The same as the value of an Authorization header, within the options' timeout. Throws
    /// Error{Unavailable} where there may be one later and Error{Unauthorized} otherwise, whatever
    /// was wrong: no other answer about a token says anything about a resource.
    Secret authorization();

    /// A FHIR server answered 401 to this Authorization header. True where the token was given up
    /// and asking once more with `authorization()` makes sense.
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
