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

/// A connection that launches our pages, and the `iss` of the launch.
struct Issuer {
    const Connection* connection = nullptr;
    fhir::Url base;
};

/// The authorization servers of the EHRs that launch our pages: their metadata, keys and token
/// endpoints. May be used from several threads at once.
class AuthorizationServers {
public:
    explicit AuthorizationServers(const Connections& connections, fhir::Clock clock = {});

    /// Returns the connection that lists this `iss`, as an issuer or an alias of its FHIR base, in
    /// whatever spelling (fhir::ServerAddress); nullopt if none does. Sends no request.
    std::optional<Issuer> find(std::string_view iss) const;
    /// Every `iss` that is listed, for the log.
    std::string listed() const;

    using Configuration = fhir::SingleFlight<fhir::smart::SmartConfiguration>::Pointer;
    Configuration configuration(const Issuer& issuer, fhir::Deadline deadline);
    /// Returns the OpenID configuration of this issuer of id_tokens; nullopt if it has none. The
    /// caller has checked that `name` is trusted.
    std::optional<fhir::smart::OpenIdConfiguration> openId(const Issuer& issuer,
                                                           const std::string& name,
                                                           fhir::Deadline deadline);
    /// Returns a key of the set at `keys` (`jwks_uri`); nullopt if the set has none of this id.
    std::optional<fhir::smart::Key> key(const Issuer& issuer, const fhir::Url& keys,
                                        std::string_view kid, fhir::smart::Algorithm algorithm,
                                        fhir::Deadline deadline);
    /// Returns the token endpoint, with the client id and key that launches use.
    fhir::smart::TokenEndpoint tokens(const Issuer& issuer, const fhir::Url& url) const;

private:
    struct Known {
        std::map<std::string, std::unique_ptr<fhir::smart::Discovery>> discoveries;  // by `iss`
        std::unique_ptr<fhir::smart::OpenIdDiscovery> openId;
        std::unique_ptr<fhir::smart::JwksCache> keys;
    };
    const Connections& connections_;
    fhir::Clock clock_;
    std::map<std::string, Known> known_;  // by connection; not changed after construction
};

}  // namespace plugin
