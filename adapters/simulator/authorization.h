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
    bool required = false;  ///< whether resources are given to those with a token only
    std::vector<RegisteredClient> clients;
    std::optional<std::chrono::seconds> tokenLifetime;  ///< instead of the vendor's
    bool saysLifetime = true;                           ///< `expires_in` stands in the answer
    /// The first token is refused after that many requests, as though it had been withdrawn.
    std::optional<int> firstTokenRequests;
    /// Asks for the key sets of clients with a `jwksUrl`; outlives the simulator.
    fhir::http::Transport* transport = nullptr;

    /// Reads {"clients":[{"clientId","secret","jwksUrl","jwks","scope"}],"tokenSeconds"}. Throws
    /// Error{InvalidInput} with the JSON pointer of the fault.
    static AuthorizationOptions fromJson(const fhir::json::Value& json);
};

/// Why a request for resources may not pass (RFC 6750, section 3).
struct TokenRefusal {
    int status = 401;
    std::string code;  ///< "invalid_token"; "" where no token was shown
    std::string why;

    std::string header() const { return code.empty() ? "Bearer" : "Bearer error=\"" + code + "\""; }
};

/// The authorization server of the made-up hospital, for clients by themselves and for launches:
/// SMART's discovery document, one token address that verifies clients for real by the vendor's
/// rules, introspection, and the check that resources make. In memory; may be used from several
/// threads.
///
///     GET  [base]/.well-known/smart-configuration
///     POST /auth/token   POST /auth/introspect
class Authorization {
public:
    /// `types`: the resource types that the vendor has. `ehr`: answers below the base without
    /// asking for a token.
    Authorization(
        fhir::Url base, const TokenRules& rules, std::vector<std::string_view> types,
        const AuthorizationOptions& options, Launches::Ehr ehr, fhir::Clock clock = {},
        std::function<std::string()> newToken = [] { return fhir::randomToken(32); });

    /// The app that the chart opens; one client more, public where it was not registered before.
    void registerApp(App app);

    /// What people see and do: the chart, and the way to a code; nullopt for any other address.
    std::optional<fhir::http::Response> page(const fhir::http::Request& request);

    /// The answer to a request to one of its own addresses; nullopt for any other.
    std::optional<fhir::http::Response> answer(const fhir::http::Request& request);

    /// Why a request below the FHIR base may not pass; nullopt where it may. Where no token is
    /// required, one that is not ours is not looked at.
    std::optional<TokenRefusal> refusal(const fhir::http::Request& request);

    /// How many tokens were given out.
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
