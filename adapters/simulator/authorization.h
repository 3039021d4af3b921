#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "adapters/simulator/clients.h"
#include "adapters/simulator/launches.h"
#include "adapters/simulator/token_rules.h"
#include "adapters/simulator/tokens.h"
#include "fhir/base/clock.h"
#include "fhir/base/random.h"
#include "fhir/http/transport.h"

namespace adapters::simulator {

struct AuthorizationOptions {
    bool required = false;  ///< whether a request needs a token
    std::vector<RegisteredClient> clients;
    std::optional<std::chrono::seconds> tokenLifetime;  ///< instead of the vendor's
    bool saysLifetime = true;                           ///< the answer has `expires_in`
    /// The first token is refused after that many requests, as if it had been revoked.
    std::optional<int> firstTokenRequests;
    /// Fetches the key sets of clients with a `jwksUrl`; must outlive the simulator.
    fhir::http::Transport* transport = nullptr;

    /// Reads {"clients":[{"clientId","secret","jwksUrl","jwks","scope"}],"tokenSeconds"}. Throws
    /// Error{InvalidInput} with the JSON pointer of the fault.
    static AuthorizationOptions fromJson(const fhir::json::Value& json);
};

/// Why a request is refused for its token (RFC 6750, section 3).
struct TokenRefusal {
    int status = 401;
    std::string code;  ///< "invalid_token"; "" if there was no token
    std::string why;

    std::string header() const { return code.empty() ? "Bearer" : "Bearer error=\"" + code + "\""; }
};

/// The authorization server of the made-up hospital, for backend services and for launches: SMART's
/// discovery document, a token endpoint that really verifies clients by the vendor's rules,
/// introspection, and the check of a request's token. In memory; may be used from several threads.
///
///     GET  [base]/.well-known/smart-configuration
///     POST /auth/token   POST /auth/introspect
class Authorization {
public:
    /// `types`: the vendor's resource types. `ehr`: answers FHIR requests without a token.
    Authorization(
        fhir::Url base, const TokenRules& rules, std::vector<std::string_view> types,
        const AuthorizationOptions& options, Launches::Ehr ehr, fhir::Clock clock = {},
        std::function<std::string()> newToken = [] { return fhir::randomToken(32); });

    /// Registers the app that the chart opens, as a public client unless its id is registered
    /// already.
    void registerApp(App app);

    /// Answers what a browser requests: the chart, and the authorization pages; nullopt for any
    /// other address.
    std::optional<fhir::http::Response> page(const fhir::http::Request& request);

    /// The answer to a request to one of the addresses above; nullopt for any other.
    std::optional<fhir::http::Response> answer(const fhir::http::Request& request);

    /// Why a request below the FHIR base is refused; nullopt if it is allowed. If no token is
    /// required, an unknown token is ignored.
    std::optional<TokenRefusal> refusal(const fhir::http::Request& request);

    /// How many tokens were issued.
    std::size_t tokensIssued() const { return tokens_.issued(); }

private:
    std::string address(std::string_view path) const { return base_.origin() + std::string(path); }
    fhir::http::Response configuration() const;
    fhir::http::Response token(const fhir::http::Request& request);
    fhir::http::Response introspection(const fhir::http::Request& request) const;
    std::string granted(const RegisteredClient& client, const std::string& asked) const;

    fhir::Url base_;
    const TokenRules& rules_;
    std::vector<std::string_view> types_;
    bool required_;
    std::optional<int> firstTokenRequests_;
    Lifetime lifetime_;
    fhir::Clock clock_;
    Clients clients_;
    Tokens tokens_;
    Launches launches_;
};

}  // namespace adapters::simulator
