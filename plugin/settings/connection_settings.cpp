#include "plugin/settings/connection_settings.h"

#include "adapters/routes/route.h"
#include "fhir/base/certificate.h"
#include "plugin/settings/settings_reading.h"
#include "plugin/settings/worklist_settings.h"

namespace plugin {
namespace {

using fhir::json::Value;

void readTransport(const Value& json, ConnectionSettings& connection, SettingsReading& reading) {
    if (const auto most = json.findInteger("connectionsMax"))
        connection.connectionsMax = static_cast<std::size_t>(*most);
    const auto pair = json.find("clientCertificate");
    if (!pair) return;
    connection.clientCertificate = reading.absolute(pair->at("certificate").string());
    connection.clientKey = reading.absolute(pair->at("key").string());
    if (const auto why = fhir::whyNotPair(connection.clientCertificate, connection.clientKey))
        reading.fault(*pair, *why);
}

void readProfile(const Value& json, ConnectionSettings& connection, SettingsReading& reading) {
    connection.vendor = json.at("vendor").string();
    reading.guarded(json.at("vendor"),
                    [&] { connection.profile = adapters::vendorProfile(connection.vendor); });
    if (const auto overrides = json.find("overrides"))
        reading.guarded(*overrides,
                        [&] { connection.profile = connection.profile.with(*overrides); });
    for (const auto& name : connection.profile.requiredQueryParameters)
        if (connection.profile.queryParameters.count(name) == 0)
            reading.faultAt(json.path() + "/overrides/queryParameters",
                            "must give " + name + ": this vendor answers nothing without it");
}

void readBase(const Value& base, ConnectionSettings& connection, SettingsReading& reading) {
    reading.guarded(base, [&] {
        connection.fhirBase = fhir::Url::parse(base.text());
        if (!connection.fhirBase.query.empty()) reading.fault(base, "must have no query");
        reading.refusePlain(base, connection.fhirBase,
                            "must begin with https://; patient data may not travel in the clear");
    });
}

void readConnectionAuth(const Value& json, ConnectionSettings& connection,
                        SettingsReading& reading) {
    connection.auth = readAuth(json, reading);
    const auto& auth = connection.auth;
    if (auth.method == "none" && !reading.isDevelopment)
        reading.fault(json.at("method"), "none is for development only; set \"development\": true");
}

void readRoutes(const Value& json, ConnectionSettings& connection, SettingsReading& reading) {
    connection.routes = connection.profile.routes;
    const auto write = json.find("write");
    if (!write) return;
    connection.routes.clear();
    for (const auto route : write->findArray("routes")) {
        if (adapters::findRoute(route.text()) == nullptr) {
            std::string known;
            for (const auto& name : adapters::routeNames())
                known += (known.empty() ? "" : ", ") + name;
            reading.fault(route, "is no route; one of: " + known);
        }
        connection.routes.push_back(route.string());
    }
    // What may have been written is what is looked for.
    connection.profile.routes = connection.routes;
}

void readUnits(const Value& json, ConnectionSettings& connection, SettingsReading& reading) {
    std::set<std::string> ids, opens;
    for (const auto unit : json.findArray("units")) {
        reading.guarded(unit, [&] {
            const auto id = unit.at("id");
            if (!ids.insert(id.string()).second)
                reading.fault(id, "another unit of this connection has this id");
            connection.units.push_back({id.string(), unit.at("name").string(),
                                        readWorklist(unit.at("worklist"), connection, reading)});
            for (const auto what : unit.findArray("opens")) {
                if (!opens.insert(what.string()).second)
                    reading.fault(what, "opens another unit of this connection already");
                connection.units.back().opens.push_back(what.string());
            }
        });
    }
}

}  // namespace

ConnectionSettings readConnection(const Value& json, std::set<std::string>& ids,
                                  SettingsReading& reading) {
    ConnectionSettings connection;
    reading.guarded(json, [&] {
        connection.id = json.at("id").string();
        if (!ids.insert(connection.id).second)
            reading.fault(json.at("id"), "another connection has this id");
    });
    reading.guarded(json, [&] { readProfile(json, connection, reading); });
    reading.guarded(json, [&] { readBase(json.at("fhirBase"), connection, reading); });
    reading.guarded(json, [&] { readConnectionAuth(json.at("auth"), connection, reading); });
    reading.guarded(json, [&] {
        if (const auto file = json.find("certificateAuthorities"))
            connection.certificateAuthorities = reading.existingFile(*file);
    });
    reading.guarded(json, [&] { readTransport(json, connection, reading); });
    reading.guarded(json, [&] { readSyncPace(json, connection); });
    if (const auto cds = json.find("cds"))
        reading.guarded(*cds, [&] { readCds(*cds, connection.cds, reading); });
    if (const auto launch = json.find("launch"))
        reading.guarded(*launch, [&] {
            connection.launch = readLaunch(*launch, connection.fhirBase, connection.auth, reading);
        });
    connection.companion = readCompanion(json, connection.auth, reading);
    connection.subscriptions = readSubscriptions(json, reading);
    reading.guarded(json, [&] { readRoutes(json, connection, reading); });
    reading.guarded(json, [&] { readUnits(json, connection, reading); });
    return connection;
}

}  // namespace plugin
