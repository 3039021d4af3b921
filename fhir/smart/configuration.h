#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/concurrency/single_flight.h"
#include "fhir/base/json.h"
#include "fhir/base/url.h"
#include "fhir/http/transport.h"
#include "fhir/smart/scopes.h"

namespace fhir::smart {

/// What a FHIR server says about its authorization.
/// https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html
struct SmartConfiguration {
    /// Where it came from: older servers say it in the CapabilityStatement, and then only
    /// addresses.
    enum class Source : std::uint8_t { WellKnown, CapabilityStatement };

    Source source = Source::WellKnown;
    std::string issuer;  ///< need not be the FHIR base; "" where not said
    std::optional<Url> authorizationEndpoint, tokenEndpoint, introspectionEndpoint, jwksUri;
    /// As in OpenIdConfiguration, where the server says it here already.
    std::optional<bool> namesIssuer;
    std::vector<std::string> capabilities;  ///< "launch-ehr", "permission-v2", …
    std::vector<std::string> scopesSupported;
    std::vector<std::string> tokenAuthMethods;   ///< "private_key_jwt", "client_secret_basic", …
    std::vector<std::string> signingAlgorithms;  ///< for private_key_jwt: "RS384", "ES384", …
    std::vector<std::string> codeChallengeMethods;
    std::vector<std::string> grantTypes;

    bool has(std::string_view capability) const noexcept;
    ScopeSyntax scopeSyntax() const { return chooseSyntax(capabilities, scopesSupported); }

    /// Reads .well-known/smart-configuration. Relative addresses are resolved against the FHIR base
    /// (conformance, "using well-known"). An address that is not https is left out unless the base
    /// itself is plain http: a token never travels in the clear because a document says so. Throws
    /// Error{InvalidInput}.
    static SmartConfiguration fromJson(const json::Value& json, const Url& base);
    /// Reads the oauth-uris extension of a CapabilityStatement; nullopt where it has none.
    static std::optional<SmartConfiguration> fromCapabilityStatement(const json::Value& json,
                                                                     const Url& base);
};

/// Asks the FHIR server at `base`: GET [base]/.well-known/smart-configuration, and GET
/// [base]/metadata where there is none. No credential goes along. Throws Error{NotFound} where the
/// server says it in neither place.
SmartConfiguration discover(http::Transport& transport, const Url& base, Deadline deadline);

/// The configuration of one server, asked for once an hour at most.
class Discovery {
public:
    Discovery(http::Transport& transport, Url base, Clock clock = {});
    SingleFlight<SmartConfiguration>::Pointer get(Deadline deadline);

private:
    http::Transport& transport_;
    Url base_;
    SingleFlight<SmartConfiguration> kept_;
};

}  // namespace fhir::smart
