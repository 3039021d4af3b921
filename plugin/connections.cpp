#include "plugin/connections.h"

#include <algorithm>

#include "fhir/base/random.h"

namespace plugin {
namespace {

fhir::ClientOptions clientOptions(const ConnectionSettings& settings) {
    fhir::ClientOptions options;
    options.base = settings.fhirBase;
    options.headers = settings.profile.headers;
    options.timeout = settings.profile.timeout;
    if (settings.auth.method == "basic") {
        const auto& auth = settings.auth;
        fhir::Secret header("Basic " + fhir::base64(auth.username + ":" + auth.password.reveal()));
        options.authorization = [header] { return header; };
    }
    return options;
}

}  // namespace

std::unique_ptr<adapters::Adapter> Connection::adapterFor(
    const std::optional<fhir::Secret>& accessToken, std::chrono::milliseconds timeout) const {
    constexpr int kPagesMax = 5;
    auto options = adapter->client().options();
    if (accessToken)
        options.authorization = [header = fhir::Secret("Bearer " + accessToken->reveal())] {
            return header;
        };
    options.timeout = std::min(options.timeout, timeout);
    options.pagesMax = kPagesMax;
    return adapters::makeAdapter(settings.profile, fhir::Client(*transport, std::move(options)));
}

Connections::Connections(const std::vector<ConnectionSettings>& settings) {
    for (const auto& one : settings) {
        Connection connection{one, nullptr, nullptr};
        fhir::http::TransportOptions options;
        options.certificateAuthorities = one.certificateAuthorities;
        connection.transport = fhir::http::makeTransport(options);
        connection.adapter = adapters::makeAdapter(
            one.profile, fhir::Client(*connection.transport, clientOptions(one)));
        connections_.emplace(one.id, std::move(connection));
    }
}

const Connection& Connections::at(const std::string& id) const {
    if (const auto* found = find(id)) return *found;
    std::string known;
    for (const auto& [name, connection] : connections_) known += (known.empty() ? "" : ", ") + name;
    throw fhir::Error(fhir::ErrorKind::InvalidInput,
                      "the configuration has no connection \"" + id + "\"; it has: " + known);
}

const Connection* Connections::find(const std::string& id) const noexcept {
    const auto found = connections_.find(id);
    return found == connections_.end() ? nullptr : &found->second;
}

const Connection* Connections::findByBase(std::string_view fhirBase) const noexcept {
    const auto trim = [](std::string_view text) {
        while (text.ends_with('/')) text.remove_suffix(1);
        return text;
    };
    for (const auto& [id, connection] : connections_)
        if (trim(connection.settings.fhirBase.text()) == trim(fhirBase)) return &connection;
    return nullptr;
}

}  // namespace plugin
