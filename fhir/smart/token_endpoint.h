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

/// What an authorization server gave.
struct TokenResponse {
    Secret accessToken;
    std::optional<std::chrono::seconds> expiresIn;  ///< only recommended in a launch
    Scopes scopes;        ///< granted; those asked for where the server did not say (RFC 6749, 5.1)
    Secret refreshToken;  ///< empty where none was given
    Secret idToken;       ///< empty where none was given; not verified here
    /// The whole answer, for what else a launch brings: `patient`, `encounter`, `fhirContext`,
    /// `need_patient_banner`, … Holds the tokens: not for logs.
    json::Document document;
};

/// The token address of one authorization server, as one client asks it. May be used from several
/// threads at once.
///
/// Throws Error: {Unauthorized} where the client or the grant is not (or no longer) accepted,
/// {Forbidden} where the client may not have this, {Unavailable} where it may be tried again,
/// {BadReply} where what came is no answer to a token request. The text holds the server's error
/// code where it is one of OAuth's, never its words.
class TokenEndpoint {
public:
    TokenEndpoint(http::Transport& transport, Url url, ClientIdentity identity, Clock clock = {},
                  std::function<std::string()> newId = randomUuid);

    /// A token for ourselves (SMART, backend services).
    TokenResponse clientCredentials(const std::string& scope, Deadline deadline) const;

    /// The code of a launch for tokens; it can be used once (SMART, app launch; RFC 7636).
    TokenResponse exchangeCode(const Secret& code, const std::string& redirectUri,
                               const Secret& codeVerifier, const std::string& askedScope,
                               Deadline deadline) const;

    /// A refresh token for new tokens. Where the answer holds a new refresh token, the old one
    /// must be thrown away. `scope` is "" or a part of what was granted before.
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
