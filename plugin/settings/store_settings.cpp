#include "plugin/settings/store_settings.h"

#include <set>

#include "plugin/settings/retention_settings.h"
#include "plugin/settings/settings_reading.h"

namespace plugin {
namespace {

using fhir::json::Value;

void readPostgreSql(const Value& json, store::PostgreSqlOptions& server, SettingsReading& reading) {
    reading.guarded(json, [&] { server.host = json.at("host").string(); });
    reading.guarded(json, [&] { server.database = json.at("database").string(); });
    reading.guarded(json, [&] { server.user = json.at("user").string(); });
    reading.guarded(json, [&] {
        if (const auto port = json.findInteger("port"))
            server.port = static_cast<std::uint16_t>(*port);
    });
    reading.guarded(json, [&] {
        if (const auto password = json.find("password"))
            server.password = reading.secret(*password);
    });
    reading.guarded(json, [&] {
        if (auto tls = json.findString("tls")) server.tls = *std::move(tls);
        const bool isHere = server.host.starts_with("/") || server.host == "127.0.0.1" ||
                            server.host == "::1" || server.host == "localhost";
        if (server.tls == "disable" && !isHere && !reading.isDevelopment)
            reading.fault(json.at("tls"), "disable is for a server on this machine alone");
    });
    reading.guarded(json, [&] {
        if (const auto file = json.find("certificateAuthorities"))
            server.certificateAuthorities = reading.existingFile(*file);
    });
}

}  // namespace

store::Options readStore(const Value& json, SettingsReading& reading) {
    store::Options store;
    reading.guarded(json, [&] {
        if (json.at("engine").text() == "postgresql") {
            store.engine = store::Options::Engine::PostgreSql;
            if (!json.find("keys")) reading.fault(json, "postgresql needs \"keys\" to seal with");
            readPostgreSql(json.at("postgresql"), store.postgresql, reading);
        } else {
            store.path = reading.absolute(json.at("path").string());
        }
    });
    reading.guarded(json, [&] { store.retention = readRetention(json); });
    std::set<std::string> ids;
    reading.guarded(json, [&] {
        for (const auto one : json.findArray("keys"))
            reading.guarded(one, [&] {
                const auto id = one.at("id").string();
                if (!ids.insert(id).second) reading.fault(one.at("id"), "another key has this id");
                const auto secret = reading.secret(one.at("key"));
                if (secret.empty()) return;  // readSecret has said why
                reading.guarded(one.at("key"),
                                [&] { store.keys.push_back(store::Key::fromText(id, secret)); });
            });
    });
    return store;
}

}  // namespace plugin
