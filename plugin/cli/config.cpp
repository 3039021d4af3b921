#include <algorithm>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/r4/datatypes.h"
#include "plugin/cli/arguments.h"
#include "plugin/cli/verbs.h"
#include "plugin/connections/connections.h"
#include "plugin/settings/config_files.h"
#include "plugin/settings/settings.h"

namespace plugin::cli {
namespace {

using fhir::json::Writer;

int init(const Words& words) {
    const auto arguments =
        Arguments::parse({"config init", {{.name = "vendor", .required = true}}, {}}, words);
    const auto& vendor = arguments.at("vendor");
    const auto* site = fhir::findFile(config_files::files(), "sites/" + vendor + ".json");
    if (site == nullptr) {
        std::string known;
        for (const auto& name : adapters::vendorNames()) known += " " + name;
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "there is no example site for \"" + vendor + "\"; vendors:" + known);
    }
    std::string text(site->content);
    if (text.ends_with('\n')) text.pop_back();
    printLine(text);
    return 0;
}

int checkFile(const Words& words) {
    const auto arguments = Arguments::parse({"config check", {}, {"FILE"}}, words);
    const auto settings = loadSettings(arguments.at("FILE"));
    tell(arguments.at("FILE") + " is right: " + std::to_string(settings.connections.size()) +
         " connection(s), " + std::to_string(settings.teams.size()) + " team(s).");
    if (settings.development) tell("It says \"development\": true, which no hospital may run.");
    return 0;
}

void writeTexts(Writer& writer, const char* name, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    writer.key(name).beginArray();
    for (const auto& text : texts) writer.string(text);
    writer.endArray();
}

void writeCds(Writer& writer, const CdsSettings& cds) {
    writer.key("cds")
        .beginObject()
        .member("trustNetwork", cds.trustsNetwork)
        .member("language", cds.language)
        .member("tokenUse", cds.reusesTokens ? "until-expiry" : "once");
    writeTexts(writer, "audiences", cds.audiences);
    writeTexts(writer, "origins", cds.origins);
    if (!cds.issuers.empty()) {
        writer.key("issuers").beginArray();
        for (const auto& issuer : cds.issuers)
            writer.beginObject()
                .member("iss", issuer.iss)
                .member("jku", issuer.jku)
                .member("jwks", issuer.jwks.empty() ? "" : "(read)")
                .endObject();
        writer.endArray();
    }
    writer.endObject();
}

void writeTokenSettings(Writer& writer, const ConnectionSettings& connection) {
    const auto& auth = connection.auth;
    const auto& identity = auth.identity;
    writer.member("clientId", identity.clientId);
    if (!identity.secret.empty()) writer.member("clientSecret", "(hidden)");
    if (auth.method == "private-key-jwt")
        writer.member("algorithm", fhir::smart::toString(identity.algorithm))
            .member("key", auth.keysFolder.empty() ? "(hidden)" : "of " + auth.keysFolder)
            .member("kid", identity.kid)
            .member("jku", identity.jku);
    if (auth.tokenUrl) writer.member("tokenUrl", auth.tokenUrl->text());
    if (auth.authorizeUrl) writer.member("authorizeUrl", auth.authorizeUrl->text());
    const auto syntax = scopeSyntaxOf(connection, auth).value_or(fhir::smart::ScopeSyntax::V2);
    writer.member("scopes", askedScopes(connection).text(syntax));
}

void writeConnection(Writer& writer, const ConnectionSettings& connection) {
    writer.beginObject()
        .member("id", connection.id)
        .member("vendor", connection.vendor)
        .member("fhirBase", connection.fhirBase.text())
        .key("auth")
        .beginObject()
        .member("method", connection.auth.method)
        .member("username", connection.auth.username);
    if (!connection.auth.password.empty()) writer.member("password", "(hidden)");
    if (connection.auth.usesTokens()) writeTokenSettings(writer, connection);
    writer.endObject()
        .member("syncSeconds", static_cast<std::int64_t>(connection.syncInterval.count()))
        .member("fullSyncSeconds", static_cast<std::int64_t>(connection.fullSyncInterval.count()))
        .member("unitsAtOnce", static_cast<std::int64_t>(connection.unitsAtOnce))
        .key("units")
        .beginArray();
    for (const auto& unit : connection.units) {
        writer.beginObject()
            .member("id", unit.id)
            .member("name", unit.name)
            .key("worklist")
            .beginObject()
            .member("source", unit.worklist.source)
            .member("location", unit.worklist.location)
            .member("identifier", unit.worklist.identifier)
            .member("practitioner", unit.worklist.practitioner)
            .member("group", unit.worklist.group);
        if (unit.worklist.source == "appointments")
            writer.member("days", static_cast<std::int64_t>(unit.worklist.days));
        fhir::writeStrings(writer, "patients", unit.worklist.patients);
        writer.endObject();
        fhir::writeStrings(writer, "opens", unit.opens);
        writer.endObject();
    }
    writer.endArray().key("write").beginObject().key("routes").beginArray();
    for (const auto& route : connection.routes) writer.string(route);
    writer.endArray().endObject();
    writer.key("profile");
    connection.profile.toJson(writer);
    writeCds(writer, connection.cds);
    writer.endObject();
}

void writeStore(Writer& writer, const store::Options& store) {
    const bool isFile = store.engine == store::Options::Engine::Sqlite;
    writer.beginObject().member("engine", isFile ? "sqlite" : "postgresql");
    if (isFile) {
        writer.member("path", store.path);
    } else {
        writer.key("postgresql")
            .beginObject()
            .member("host", store.postgresql.host)
            .member("port", static_cast<std::int64_t>(store.postgresql.port))
            .member("database", store.postgresql.database)
            .member("user", store.postgresql.user)
            .member("tls", store.postgresql.tls)
            .endObject();
    }
    writer.key("keys").beginArray();
    for (const auto& key : store.keys) writer.beginObject().member("id", key.id).endObject();
    writer.endArray().endObject();
}

int showConfig(const Words& words) {
    const auto arguments = Arguments::parse({"config show", {}, {"FILE"}}, words);
    const auto settings = loadSettings(arguments.at("FILE"));
    Writer writer;
    writer.beginObject()
        .member("development", settings.development)
        .key("service")
        .beginObject()
        .member("publicUrl", settings.publicUrl.text())
        .member("listen", settings.http.listen.text())
        .endObject()
        .key("operations")
        .beginObject()
        .member("listen", settings.http.operations.text())
        .endObject()
        .key("store");
    writeStore(writer, settings.store);
    writer.key("freshness")
        .beginObject()
        .member("nowDaysInHospital",
                static_cast<std::int64_t>(settings.freshness.nowDaysInHospital))
        .member("nowDaysOutside", static_cast<std::int64_t>(settings.freshness.nowDaysOutside))
        .member("aboutMeDays", static_cast<std::int64_t>(settings.freshness.aboutMeDays))
        .endObject()
        .key("connections")
        .beginArray();
    for (const auto& connection : settings.connections) writeConnection(writer, connection);
    writer.endArray().key("teams").beginArray();
    for (const auto& team : settings.teams) {
        writer.beginObject()
            .member("id", team.id)
            .member("name", team.name)
            .member("connection", team.connection)
            .member("subject", team.subject);
        if (team.members > 0) writer.member("members", static_cast<std::int64_t>(team.members));
        writer.endObject();
    }
    printLine(writer.endArray().endObject().take());
    return 0;
}

}  // namespace

int config(const Words& words) {
    const auto what = words.empty() ? std::string() : words.front();
    const Words rest(words.begin() + (words.empty() ? 0 : 1), words.end());
    if (what == "init") return init(rest);
    if (what == "check") return checkFile(rest);
    if (what == "show") return showConfig(rest);
    throw fhir::Error(fhir::ErrorKind::InvalidInput,
                      "config must be followed by init, check or show\n"
                      "see: whatmatters config --help");
}

}  // namespace plugin::cli
