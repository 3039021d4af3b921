#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/base/json.h"
#include "fhir/base/random.h"
#include "fhir/http/transport.h"
#include "fhir/smart/client_identity.h"
#include "fhir/smart/scopes.h"

namespace fhir::smart {

/// A token response of an authorization server. Only the access token is needed: what else cannot
/// be read is as if it were unsaid, and in the log.
struct TokenResponse {
    Secret accessToken;
    std::optional<std::chrono::seconds> expiresIn;  ///< in a launch only recommended
    Scopes scopes;        ///< granted; those requested if the server does not say (RFC 6749, 5.1)
    Secret refreshToken;  ///< empty if none was given
    Secret idToken;       ///< empty if none was given; not verified here
    /// The whole answer, for the launch context in it: `patient`, `encounter`, `fhirContext`,
    /// `need_patient_banner`, … Holds the tokens: not for logs.
    json::Document document;
    bool saysScopes = false;  ///< the server said what it granted
};

/// The token endpoint of one authorization server, for one client. May be used from several threads
/// at once.
///
/// Throws Error: {Unauthorized} if the client or the grant is not (or no longer) accepted,
/// {Forbidden} if the client may not have this, {Refused} if the server does not understand the
/// request or does not offer this grant, {Unavailable} if it may be tried again, {BadReply} if the
/// answer is no token response. The text holds the server's error code if it is one of OAuth's,
/// never its words.
class TokenEndpoint {
public:
    TokenEndpoint(http::Transport& transport, Url url, ClientIdentity identity, Clock clock = {},
                  std::function<std::string()> newId = randomUuid);

    /// Gets a token for the service itself (SMART, backend services).
    TokenResponse clientCredentials(const std::string& scope, Deadline deadline) const;

    /// Exchanges the code of a launch for tokens; a code can be used once (SMART, app launch; RFC
    /// 7636).
    TokenResponse exchangeCode(const Secret& code, const std::string& redirectUri,
                               const Secret& codeVerifier, const std::string& askedScope,
                               Deadline deadline) const;

    /// Exchanges a refresh token for new tokens. If the answer holds a new refresh token, the old
    /// one must be discarded. `scope` is "" or a part of what was granted before.
    TokenResponse refresh(const Secret& refreshToken, const std::string& scope,
                          const Scopes& grantedBefore, Deadline deadline) const;

    const Url& url() const noexcept { return url_; }

private:
    TokenResponse ask(const std::string& step, Query form, const Scopes& asked,
                      Deadline deadline) const;

    http::Transport& transport_;
    Url url_;
    ClientIdentity identity_;
    Clock clock_;
    std::function<std::string()> newId_;
};

}  // namespace fhir::smart
