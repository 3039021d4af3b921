#include "plugin/connections/connections.h"

#include <algorithm>

#include "adapters/vendor_transport.h"
#include "fhir/base/base64.h"
#include "fhir/base/random.h"
#include "fhir/client/retry.h"

namespace plugin {
namespace {

using fhir::smart::ResourceScope;

constexpr std::string_view kBinary = "Binary";  ///< which nobody can search

/// What a way to write needs: to create, to look for what may be there, to read it back.
struct RouteNeed {
    std::string_view route, type;
};
constexpr RouteNeed kRouteNeeds[] = {
    {"observation", "Observation"},
    {"flowsheet-observation", "Observation"},
    {"questionnaire-response", "QuestionnaireResponse"},
    {"document-reference", "DocumentReference"},
    {"communication", "Communication"},
    {"task", "Task"},
    {"flag", "Flag"},
};

/// What a way to list a unit needs beside patients and encounters.
struct SourceNeed {
    std::string_view source, type;
};
constexpr SourceNeed kSourceNeeds[] = {
    {"encounter-search", "Location"}, {"patient-list", "List"},
    {"appointments", "Appointment"},  {"group", "Group"},
    {"group-export", "Group"},
};

fhir::ClientOptions clientOptions(const ConnectionSettings& settings,
                                  fhir::smart::TokenSource* tokens) {
    fhir::ClientOptions options;
    options.base = settings.fhirBase;
    options.headers = settings.profile.headers;
    options.timeout = settings.profile.timeout;
    for (const auto& alias : settings.profile.linkAliases)
        options.aliases.push_back(fhir::Url::parse(alias));
    options.selfLinkNamesParameters = settings.profile.selfLinkNamesParameters;
    if (settings.auth.method == "basic") {
        const auto& auth = settings.auth;
        fhir::Secret header("Basic " + fhir::base64(auth.username + ":" + auth.password.reveal()));
        options.authorization = [header] { return header; };
    }
    if (tokens != nullptr) {
        options.authorization = [tokens] { return tokens->authorization(); };
        options.renew = [tokens](const fhir::Secret& refused) { return tokens->reject(refused); };
    }
    return options;
}

fhir::smart::TokenSourceOptions tokenOptions(const ConnectionSettings& settings) {
    fhir::smart::TokenSourceOptions options;
    options.identity = [auth = settings.auth] {
        return identityOf(auth, std::chrono::system_clock::now());
    };
    options.needed = neededScopes(settings);
    options.asked = settings.auth.scopes;
    options.asksForScopes = settings.profile.auth.sendsScope || settings.auth.scopes;
    options.tokenUrl = settings.auth.tokenUrl;
    options.syntax = scopeSyntaxOf(settings, settings.auth);
    options.timeout = settings.profile.timeout;
    return options;
}

/// What the held token was granted; a write asks before it is tried.
adapters::Granted grantedTo(fhir::smart::TokenSource* tokens, std::chrono::milliseconds timeout) {
    if (tokens == nullptr) return {};
    return [=]() -> std::optional<fhir::smart::Scopes> {
        return tokens->grant(fhir::deadlineIn(timeout))->granted;
    };
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

std::optional<fhir::smart::ScopeSyntax> scopeSyntaxOf(const ConnectionSettings& settings,
                                                      const AuthSettings& auth) {
    using fhir::smart::ScopeSyntax;
    const auto& form = settings.profile.auth.scopeForm;
    if (auth.scopeSyntax || form == "discovered") return auth.scopeSyntax;
    return form == "v1" ? ScopeSyntax::V1 : ScopeSyntax::V2;
}

std::vector<std::string> typesRead(const ConnectionSettings& settings) {
    // A companion alone has no patients, and nobody looks for any there.
    if (settings.isCompanionAlone()) return {"Observation"};
    std::vector<std::string> types{"Patient", "Encounter", "Observation"};
    const auto add = [&](std::string_view type) {
        if (std::find(types.begin(), types.end(), type) == types.end()) types.emplace_back(type);
    };
    for (const auto& unit : settings.units)
        for (const auto& one : kSourceNeeds)
            if (one.source == unit.worklist.source) add(one.type);
    for (const auto& type : adapters::statementTypes(settings.profile)) add(type);
    if (settings.profile.document.pagesApart) add(kBinary);
    return types;
}

fhir::smart::Scopes askedScopes(const ConnectionSettings& settings) {
    return settings.auth.scopes ? *settings.auth.scopes : neededScopes(settings);
}

fhir::smart::Scopes neededScopes(const ConnectionSettings& settings) {
    fhir::smart::Scopes scopes;
    const auto need = [&](std::string_view type, unsigned permissions) {
        const auto found = std::find_if(scopes.resources.begin(), scopes.resources.end(),
                                        [&](const auto& scope) { return scope.type == type; });
        if (found == scopes.resources.end())
            scopes.resources.push_back({"system", std::string(type),
                                        static_cast<std::uint8_t>(permissions), "",
                                        type == "Observation" ? kStatementsQuery : ""});
        else
            found->permissions = static_cast<std::uint8_t>(found->permissions | permissions);
    };
    constexpr unsigned kReads = ResourceScope::kRead | ResourceScope::kSearch;
    for (const auto& type : typesRead(settings))
        need(type, type == kBinary ? ResourceScope::kRead : kReads);
    auto routes = settings.isCompanionAlone() ? std::vector<std::string>() : settings.routes;
    if (settings.isCompanion) routes.insert(routes.end(), {"observation", "flag"});
    for (const auto& route : routes)
        for (const auto& one : kRouteNeeds)
            if (one.route == route) {
                need(one.type, kReads | ResourceScope::kCreate);
                // To mark what was written by mistake, where it can be.
                const auto& updates = settings.profile.updates;
                if (std::find(updates.begin(), updates.end(), one.type) != updates.end())
                    need(one.type, ResourceScope::kUpdate);
            }
    return scopes;
}

Connections::Connections(const std::vector<ConnectionSettings>& settings) {
    for (const auto& one : settings) {
        Connection connection;
        connection.settings = one;
        fhir::http::TransportOptions options;
        options.certificateAuthorities = one.certificateAuthorities;
        options.clientCertificate = one.clientCertificate;
        options.clientKey = one.clientKey;
        options.connectionsMax = one.connectionsMax;
        connection.network = fhir::http::makeTransport(options);
        auto breaker = std::make_unique<fhir::CircuitBreaker>(*connection.network, one.fhirBase);
        connection.breaker = breaker.get();
        // The vendor's pace counts every attempt, and what it holds back is no failure of the EHR.
        connection.paced = std::make_unique<adapters::VendorTransport>(std::move(breaker),
                                                                       one.profile, one.fhirBase);
        connection.transport = std::make_unique<fhir::RetryingTransport>(*connection.paced);
        connection.discovery =
            std::make_unique<fhir::smart::Discovery>(*connection.transport, one.fhirBase);
        if (one.auth.usesTokens())
            connection.tokens = std::make_unique<fhir::smart::TokenSource>(
                *connection.transport, *connection.discovery, tokenOptions(one));
        connection.waiting = std::make_unique<fhir::WaitingTransport>(*connection.transport);
        const auto adapterOn = [&](fhir::http::Transport& transport) {
            return adapters::makeAdapter(
                one.profile, fhir::Client(transport, clientOptions(one, connection.tokens.get())),
                fhir::Clock{}, grantedTo(connection.tokens.get(), one.profile.timeout));
        };
        connection.adapter = adapterOn(*connection.transport);
        connection.backgroundAdapter = adapterOn(*connection.waiting);
        connections_.emplace(one.id, std::move(connection));
    }
    for (auto& [id, connection] : connections_)
        if (!connection.settings.companionServer.empty())
            connection.companion = &at(connection.settings.companionServer);
}

void Connections::stopWaiting() noexcept {
    for (auto& [id, connection] : connections_) connection.waiting->stop();
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

}  // namespace plugin
