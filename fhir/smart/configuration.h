#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/concurrency/single_flight.h"
#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/base/url.h"
#include "fhir/http/transport.h"
#include "fhir/smart/scopes.h"

namespace fhir::smart {

/// A FHIR server's SMART configuration.
/// https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html
struct SmartConfiguration {
    /// Where it was found. Older servers have it in their CapabilityStatement, with addresses only.
    enum class Source : std::uint8_t { WellKnown, CapabilityStatement };

    Source source = Source::WellKnown;
    std::string issuer;  ///< need not be the FHIR base; "" if absent
    std::optional<Url> authorizationEndpoint, tokenEndpoint, introspectionEndpoint, jwksUri;
    /// As in OpenIdConfiguration; some servers say it here already. True where what stands there
    /// cannot be read: an answer without its name is then refused, and never let through.
    std::optional<bool> namesIssuer;
    std::vector<std::string> capabilities;  ///< "launch-ehr", "permission-v2", …
    std::vector<std::string> scopesSupported;
    std::vector<std::string> tokenAuthMethods;   ///< "private_key_jwt", "client_secret_basic", …
    std::vector<std::string> signingAlgorithms;  ///< for private_key_jwt: "RS384", "ES384", …
    std::vector<std::string> codeChallengeMethods;
    std::vector<std::string> grantTypes;
    /// Elements that could not be read, each as if it were absent. All of them are hints: what is
    /// needed of them is asked for where it is used.
    std::vector<Issue> problems;

    bool has(std::string_view capability) const noexcept;
    ScopeSyntax scopeSyntax() const { return chooseSyntax(capabilities, scopesSupported); }

    /// Reads .well-known/smart-configuration. Relative addresses are resolved against the FHIR base
    /// (conformance, "using well-known"). An address that is not https is left out, unless the base
    /// itself is plain http: no document can make us send a token unencrypted. Throws
    /// Error{InvalidInput} if it is no object.
    static SmartConfiguration fromJson(const json::Value& json, const Url& base);
    /// Reads the oauth-uris extension of a CapabilityStatement; nullopt if it has none.
    static std::optional<SmartConfiguration> fromCapabilityStatement(const json::Value& json,
                                                                     const Url& base);
};

/// Asks the FHIR server at `base`, without a credential: GET [base]/.well-known/smart-configuration
/// and, unless the answer is 200, 429 or 503, GET [base]/metadata. Throws Error{NotFound} if the
/// CapabilityStatement does not name the addresses either.
SmartConfiguration discover(http::Transport& transport, const Url& base, Deadline deadline);

/// The configuration of one server, cached for an hour.
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
