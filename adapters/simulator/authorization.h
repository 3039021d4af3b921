#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/simulator/token_rules.h"
#include "fhir/base/clock.h"
#include "fhir/base/random.h"
#include "fhir/base/secret.h"
#include "fhir/http/transport.h"
#include "fhir/smart/jwk_set.h"
#include "fhir/smart/jwks_cache.h"
#include "fhir/smart/scopes.h"

namespace adapters::simulator {

/// A client as it is registered with the made-up hospital.
struct RegisteredClient {
    std::string clientId;
    fhir::Secret secret;               ///< empty: it has none
    std::optional<fhir::Url> jwksUrl;  ///< where its keys are, asked for when needed
    fhir::smart::JwkSet keys;          ///< or its keys themselves
    fhir::smart::Scopes scopes;        ///< the most that it is granted
};

struct AuthorizationOptions {
    bool required = false;  ///< whether resources are given to those with a token only
    std::vector<RegisteredClient> clients;
    std::optional<std::chrono::seconds> tokenLifetime;  ///< instead of the vendor's
    bool saysLifetime = true;                           ///< `expires_in` stands in the answer
    /// Asks for the key sets of clients with a `jwksUrl`; outlives the simulator.
    fhir::http::Transport* transport = nullptr;

    /// Reads {"clients":[{"clientId","secret","jwksUrl","jwks","scope"}],"tokenSeconds"}. Throws
    /// Error{InvalidInput} with the JSON pointer of the fault.
    static AuthorizationOptions fromJson(const fhir::json::Value& json);
};

/// What a token stands for.
struct IssuedToken {
    std::string clientId;
    fhir::smart::Scopes scopes;
    fhir::Deadline expires;
};

/// Why a request for resources may not pass (RFC 6750, section 3).
struct TokenRefusal {
    int status = 401;
    std::string code;  ///< "invalid_token"; "" where no token was shown
    std::string why;

    std::string header() const { return code.empty() ? "Bearer" : "Bearer error=\"" + code + "\""; }
};

/// The authorization server of the made-up hospital: SMART's discovery document, a token address
/// that verifies clients for real by the vendor's rules, and the check that resources make. In
/// memory; may be used from several threads.
class Authorization {
public:
    /// `types`: the resource types that the vendor has.
    Authorization(
        fhir::Url base, const TokenRules& rules, std::vector<std::string_view> types,
        AuthorizationOptions options, fhir::Clock clock = {},
        std::function<std::string()> newToken = [] { return fhir::randomToken(32); });

    /// The answer to a request to one of its own addresses; nullopt for any other.
    std::optional<fhir::http::Response> answer(const fhir::http::Request& request);

    /// Why a request below the FHIR base may not pass; nullopt where it may. Where no token is
    /// required none is looked at: it may be one of a launch.
    std::optional<TokenRefusal> refusal(const fhir::http::Request& request);

private:
    using Form = std::map<std::string, std::string>;

    std::string address(const std::string& path) const { return base_.origin() + path; }
    fhir::http::Response configuration() const;
    fhir::http::Response token(const fhir::http::Request& request);
    const RegisteredClient& clientOf(const fhir::http::Request& request, const Form& form);
    const RegisteredClient& clientByAssertion(const Form& form);
    const RegisteredClient& clientById(const std::string& id) const;
    std::string granted(const RegisteredClient& client, const std::string& asked) const;
    std::string issue(const RegisteredClient& client, const std::string& scope);
    std::chrono::seconds lifetime() const;
    void rememberAssertion(const std::string& id, fhir::Instant until);

    fhir::Url base_;
    const TokenRules& rules_;
    std::vector<std::string_view> types_;
    AuthorizationOptions options_;
    fhir::Clock clock_;
    std::function<std::string()> newToken_;
    std::unique_ptr<fhir::smart::JwksCache> clientKeys_;
    std::mutex mutex_;  // guards what follows
    std::map<std::string, IssuedToken> tokens_;
    std::map<std::string, fhir::Instant> seenAssertions_;  ///< "client jti" and until when
};

}  // namespace adapters::simulator
