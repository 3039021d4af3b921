#include "plugin/settings/companion_settings.h"

#include <algorithm>

#include "plugin/settings/settings.h"
#include "plugin/settings/settings_reading.h"

namespace plugin {
namespace {

ConnectionSettings* findById(std::vector<ConnectionSettings>& connections, const std::string& id) {
    const auto found = std::find_if(connections.begin(), connections.end(),
                                    [&](const auto& one) { return one.id == id; });
    return found == connections.end() ? nullptr : &*found;
}

/// Why a connection cannot keep what another EHR cannot hold, and what to do; "" where it can.
std::string whyNoCompanion(const ConnectionSettings* server, const std::string& of) {
    if (server == nullptr)
        return "there is no connection of this id; add the server to /connections, usually "
               "without units";
    if (server->id == of) return "is this connection itself; name the connection of another server";
    if (!server->profile.keepsIdentifiers)
        return "its vendor profile says that it does not keep identifiers, by which what is kept "
               "is found again; where it does, set overrides.keepsIdentifiers of that connection";
    return {};
}

}  // namespace

std::optional<CompanionSettings> readCompanion(const fhir::json::Value& connection,
                                               const AuthSettings& auth, SettingsReading& reading) {
    const auto json = connection.find("companion");
    if (!json || !json->isObject() || json->find("server")) return std::nullopt;
    CompanionSettings settings;
    reading.guarded(*json, [&] {
        settings.issuer = json->findString("issuer").value_or("");
        settings.audience = json->findString("audience").value_or("");
        if (const auto url = json->find("introspectionUrl"))
            reading.guarded(*url,
                            [&] { settings.introspectionUrl = fhir::Url::parse(url->text()); });
        if (!auth.usesTokens())
            reading.fault(*json,
                          "needs a connection whose auth has a client id: by that the "
                          "authorization server is asked about the tokens of callers");
    });
    return settings;
}

void readCompanionServers(const fhir::json::Value& site,
                          std::vector<ConnectionSettings>& connections, SettingsReading& reading) {
    const auto each = [&](const auto& visit) {
        for (const auto connection : site.findArray("connections"))
            reading.guarded(connection, [&] {
                const auto companion = connection.find("companion");
                const auto server = companion ? companion->find("server") : std::nullopt;
                auto* settings = findById(connections, connection.at("id").string());
                if (server && settings != nullptr) visit(*companion, *server, *settings);
            });
    };
    each([&](const auto& companion, const auto& server, auto& settings) {
        settings.companionServer = server.string();
        for (const char* name : {"issuer", "audience", "introspectionUrl"})
            if (const auto own = companion.find(name))
                reading.fault(*own,
                              "is for callers of our own companion; they read the server that is "
                              "named by \"server\" itself: leave one of the two out");
    });
    each([&](const auto&, const auto& server, const auto& settings) {
        auto* there = findById(connections, settings.companionServer);
        const auto why = whyNoCompanion(there, settings.id);
        if (!why.empty())
            reading.fault(server, why);
        else if (!there->companionServer.empty())
            reading.fault(server,
                          "has a companion server of its own; name that one, or take it away "
                          "there: what is kept is kept in one place");
        else
            there->isCompanion = true;
    });
}

}  // namespace plugin
