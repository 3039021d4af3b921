#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "fhir/smart/configuration.h"
#include "fhir/smart/jwks_cache.h"
#include "fhir/smart/openid_configuration.h"
#include "fhir/smart/token_endpoint.h"
#include "plugin/connections/connections.h"

namespace plugin {

/// A connection that launches, and the `iss` that it did it with.
struct Issuer {
    const Connection* connection = nullptr;
    fhir::Url base;
};

/// The authorization servers of the EHRs that launch our pages: what they say of themselves, their
/// keys and their token addresses. May be used from several threads at once.
class AuthorizationServers {
public:
    explicit AuthorizationServers(const Connections& connections, fhir::Clock clock = {});

    /// The connection that lists this `iss`; nullopt where none does. Asks nobody.
    std::optional<Issuer> find(std::string_view iss) const;

    using Configuration = fhir::SingleFlight<fhir::smart::SmartConfiguration>::Pointer;
    Configuration configuration(const Issuer& issuer, fhir::Deadline deadline);
    /// What this issuer of id_tokens says of itself; nullopt where it says nothing. `name` is one
    /// that may be asked.
    std::optional<fhir::smart::OpenIdConfiguration> openId(const Issuer& issuer,
                                                           const std::string& name,
                                                           fhir::Deadline deadline);
    /// A key of theirs; nullopt where the set has none of that id. `keys` is its `jwks_uri`.
    std::optional<fhir::smart::Key> key(const Issuer& issuer, const fhir::Url& keys,
                                        std::string_view kid, fhir::smart::Algorithm algorithm,
                                        fhir::Deadline deadline);
    /// The token address, as the app that launches use.
    fhir::smart::TokenEndpoint tokens(const Issuer& issuer, const fhir::Url& url) const;

private:
    struct Known {
        std::map<std::string, std::unique_ptr<fhir::smart::Discovery>> discoveries;  // by `iss`
        std::unique_ptr<fhir::smart::OpenIdDiscovery> openId;
        std::unique_ptr<fhir::smart::JwksCache> keys;
    };
    const Connections& connections_;
    fhir::Clock clock_;
    std::map<std::string, Known> known_;  // by connection; not changed once made
};

}  // namespace plugin
