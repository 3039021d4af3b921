#include "plugin/connections/authorization_servers.h"

#include "fhir/client/links.h"

namespace plugin {
namespace {

std::string withoutLastSlash(std::string text) {
    while (text.ends_with('/')) text.pop_back();
    return text;
}

}  // namespace

AuthorizationServers::AuthorizationServers(const Connections& connections, fhir::Clock clock)
    : connections_(connections), clock_(std::move(clock)) {
    for (const auto& [id, connection] : connections) {
        if (!connection.settings.launch) continue;
        auto& known = known_[id];
        auto& transport = *connection.transport;
        for (const auto& base : connection.settings.launch->issuers)
            known.discoveries[withoutLastSlash(base.text())] =
                std::make_unique<fhir::smart::Discovery>(transport, base, clock_);
        known.openId = std::make_unique<fhir::smart::OpenIdDiscovery>(transport, clock_);
        known.keys = std::make_unique<fhir::smart::JwksCache>(transport, clock_);
    }
}

std::optional<Issuer> AuthorizationServers::find(std::string_view iss) const {
    for (const auto& [id, known] : known_) {
        const auto* connection = connections_.find(id);
        const auto server = connection->settings.server();
        for (const auto& base : connection->settings.launch->issuers) {
            // An alias is the FHIR base under another name, and asked where that is.
            const bool isAlias = server.isSame(base.text()) && server.isSame(iss);
            if (isAlias || fhir::ServerAddress(base).isSame(iss))
                return Issuer{connection, fhir::Url::parse(withoutLastSlash(base.text()))};
        }
    }
    return std::nullopt;
}

std::string AuthorizationServers::listed() const {
    std::string text;
    for (const auto& [id, known] : known_)
        for (const auto& [iss, discovery] : known.discoveries)
            text += (text.empty() ? "" : ", ") + fhir::addressForLog(iss);
    return text;
}

AuthorizationServers::Configuration AuthorizationServers::configuration(const Issuer& issuer,
                                                                        fhir::Deadline deadline) {
    return known_.at(issuer.connection->settings.id)
        .discoveries.at(withoutLastSlash(issuer.base.text()))
        ->get(deadline);
}

std::optional<fhir::smart::OpenIdConfiguration> AuthorizationServers::openId(
    const Issuer& issuer, const std::string& name, fhir::Deadline deadline) {
    return known_.at(issuer.connection->settings.id).openId->get(name, deadline);
}

std::optional<fhir::smart::Key> AuthorizationServers::key(const Issuer& issuer,
                                                          const fhir::Url& keys,
                                                          std::string_view kid,
                                                          fhir::smart::Algorithm algorithm,
                                                          fhir::Deadline deadline) {
    return known_.at(issuer.connection->settings.id).keys->find(keys, kid, algorithm, deadline);
}

fhir::smart::TokenEndpoint AuthorizationServers::tokens(const Issuer& issuer,
                                                        const fhir::Url& url) const {
    const auto& connection = *issuer.connection;
    return {*connection.transport, url, identityOf(connection.settings.launch->auth, clock_.now()),
            clock_};
}

}  // namespace plugin
