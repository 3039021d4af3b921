#include "plugin/settings/settings.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <set>

#include "adapters/routes/route.h"
#include "fhir/base/certificate.h"
#include "fhir/base/file.h"
#include "fhir/base/json.h"
#include "fhir/base/json_schema.h"
#include "fhir/smart/jwk_set.h"
#include "plugin/domain/team_flag.h"
#include "plugin/keys/published_keys.h"
#include "plugin/settings/audit_settings.h"
#include "plugin/settings/config_files.h"
#include "plugin/settings/retention_settings.h"
#include "plugin/settings/worklist_settings.h"

namespace plugin {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::Issue;
using fhir::json::Value;

constexpr std::size_t kConfigBytesMax = 1024 * 1024;
constexpr std::size_t kSecretBytesMax = 64 * 1024;
/// Reads the document into Settings and notes what a schema cannot say. It goes on after every
/// fault, the schema's included, so that one run names them all.
class Reader {
public:
    Reader(const Value& root, std::string folder, std::vector<Issue> faults)
        : root_(root), folder_(std::move(folder)), faults_(std::move(faults)) {}

    SettingsResult read() {
        guarded(root_,
                [&] { settings_.development = root_.findBoolean("development").value_or(false); });
        guarded(root_, [&] { readService(root_.at("service")); });
        guarded(root_, [&] { readStore(root_.at("store")); });
        guarded(root_, [&] {
            const auto keys = root_.find("signingKeys");
            settings_.keysFolder =
                absolute(keys ? keys->findString("folder").value_or(settings_.keysFolder)
                              : settings_.keysFolder);
        });
        guarded(root_, [&] { readFreshness(root_); });
        guarded(root_, [&] {
            for (const auto connection : root_.findArray("connections"))
                guarded(connection, [&] { readConnection(connection); });
        });
        guarded(root_, [&] { readCompanionServers(root_, settings_.connections, reading()); });
        guarded(root_, [&] {
            settings_.auditRepository = readAuditRepository(root_, connectionIds_, reading());
        });
        guarded(root_, [&] {
            for (const auto team : root_.findArray("teams")) guarded(team, [&] { readTeam(team); });
        });
        return {std::move(settings_), std::move(faults_)};
    }

private:
    void note(const std::string& path, const std::string& text) {
        const bool known = std::any_of(faults_.begin(), faults_.end(),
                                       [&](const Issue& one) { return one.path == path; });
        if (!known) faults_.push_back({path, text});
    }

    void fault(const Value& value, const std::string& text) { note(value.path(), text); }

    /// Runs a check that throws and notes what it threw, at `value` where it names no place.
    void guarded(const Value& value, const std::function<void()>& check) {
        try {
            check();
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::InvalidInput) throw;
            const bool inside = !error.path().empty() && error.path().starts_with(value.path());
            note(inside ? error.path() : value.path(), error.what());
        }
    }

    std::string absolute(const std::string& path) const {
        const std::filesystem::path given(path);
        return given.is_absolute() ? path : (std::filesystem::path(folder_) / given).string();
    }

    void readService(const Value& service) {
        guarded(service, [&] {
            const auto publicUrl = service.at("publicUrl");
            guarded(publicUrl, [&] {
                settings_.publicUrl = fhir::Url::parse(publicUrl.text());
                if (settings_.publicUrl.scheme == "http" && !settings_.publicUrl.isLoopback() &&
                    !settings_.development)
                    fault(publicUrl, "must begin with https:// outside this machine");
            });
        });
        if (const auto session = service.find("session"))
            guarded(*session, [&] { readSession(*session); });
        if (const auto live = service.find("live"))
            guarded(*live, [&] { settings_.live = readLive(*live); });
        const auto listen = service.find("listen");
        if (!listen) return;
        const auto text = listen->string();
        const auto colon = text.rfind(':');
        const int port = colon == std::string::npos ? 0 : std::atoi(text.c_str() + colon + 1);
        if (port > 65535) fault(*listen, "the port must be at most 65535");
        settings_.listenHost = text.substr(0, colon);
        settings_.listenPort = static_cast<std::uint16_t>(port);
    }

    void readStore(const Value& json) {
        auto& store = settings_.store;
        guarded(json, [&] {
            if (json.at("engine").text() == "postgresql") {
                store.engine = store::Options::Engine::PostgreSql;
                if (!json.find("keys")) fault(json, "postgresql needs \"keys\" to seal with");
                readPostgreSql(json.at("postgresql"));
            } else {
                store.path = absolute(json.at("path").string());
            }
        });
        guarded(json, [&] { store.retention = readRetention(json); });
        std::set<std::string> ids;
        guarded(json, [&] {
            for (const auto one : json.findArray("keys"))
                guarded(one, [&] {
                    const auto id = one.at("id").string();
                    if (!ids.insert(id).second) fault(one.at("id"), "another key has this id");
                    const auto secret = readSecret(one.at("key"));
                    if (secret.empty()) return;  // readSecret has said why
                    guarded(one.at("key"),
                            [&] { store.keys.push_back(store::Key::fromText(id, secret)); });
                });
        });
    }

    void readSession(const Value& session) {
        auto& limits = settings_.sessions;
        if (const auto minutes = session.findInteger("idleMinutes"))
            limits.idle = std::chrono::minutes(*minutes);
        if (const auto hours = session.findInteger("absoluteHours"))
            limits.absolute = std::chrono::hours(*hours);
        if (limits.idle > limits.absolute)
            fault(session, "idleMinutes may not be longer than absoluteHours");
    }

    void readPostgreSql(const Value& json) {
        auto& server = settings_.store.postgresql;
        guarded(json, [&] { server.host = json.at("host").string(); });
        guarded(json, [&] { server.database = json.at("database").string(); });
        guarded(json, [&] { server.user = json.at("user").string(); });
        guarded(json, [&] {
            if (const auto port = json.findInteger("port"))
                server.port = static_cast<std::uint16_t>(*port);
        });
        guarded(json, [&] {
            if (const auto password = json.find("password"))
                server.password = readSecret(*password);
        });
        guarded(json, [&] {
            if (auto tls = json.findString("tls")) server.tls = *std::move(tls);
            const bool isHere = server.host.starts_with("/") || server.host == "127.0.0.1" ||
                                server.host == "::1" || server.host == "localhost";
            if (server.tls == "disable" && !isHere && !settings_.development)
                fault(json.at("tls"), "disable is for a server on this machine alone");
        });
        guarded(json, [&] {
            const auto file = json.find("certificateAuthorities");
            if (!file) return;
            server.certificateAuthorities = absolute(file->string());
            if (!std::filesystem::is_regular_file(server.certificateAuthorities))
                fault(*file, "there is no such file");
        });
    }

    void readFreshness(const Value& root) {
        const auto freshness = root.find("freshness");
        if (!freshness) return;
        const auto days = [&](const char* name, int& target) {
            if (const auto value = freshness->findInteger(name)) target = static_cast<int>(*value);
        };
        days("nowDaysInHospital", settings_.freshness.nowDaysInHospital);
        days("nowDaysOutside", settings_.freshness.nowDaysOutside);
        days("aboutMeDays", settings_.freshness.aboutMeDays);
    }

    fhir::Secret readSecret(const Value& value) {
        const auto text = value.string();
        if (text.starts_with("env:")) {
            const char* found = std::getenv(text.c_str() + 4);
            if (found == nullptr || *found == '\0')
                fault(value, "the environment has no variable of this name, or it is empty");
            return fhir::Secret(found == nullptr ? "" : found);
        }
        fhir::Secret secret;
        if (!text.starts_with("file:")) return secret;  // the schema has said so
        guarded(value, [&] {
            auto content = fhir::readTextFile(absolute(text.substr(5)), kSecretBytesMax);
            while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
            if (content.empty()) fault(value, "the file is empty");
            secret = fhir::Secret(std::move(content));
        });
        return secret;
    }

    SettingsReading reading() {
        return {settings_.keysFolder, publishedKeysUrl(settings_.publicUrl),
                [this](const Value& value) { return readSecret(value); },
                [this](const Value& value, const std::string& text) { fault(value, text); },
                [this](const Value& value, const std::function<void()>& check) {
                    guarded(value, check);
                }};
    }

    void readConnection(const Value& json) {
        ConnectionSettings connection;
        guarded(json, [&] {
            connection.id = json.at("id").string();
            if (!connectionIds_.insert(connection.id).second)
                fault(json.at("id"), "another connection has this id");
        });
        guarded(json, [&] { readProfile(json, connection); });
        guarded(json, [&] { readBase(json.at("fhirBase"), connection); });
        guarded(json, [&] { readAuth(json.at("auth"), connection); });
        guarded(json, [&] {
            const auto file = json.find("certificateAuthorities");
            if (!file) return;
            connection.certificateAuthorities = absolute(file->string());
            if (!std::filesystem::is_regular_file(connection.certificateAuthorities))
                fault(*file, "there is no such file");
        });
        guarded(json, [&] { readTransport(json, connection); });
        guarded(json, [&] { readSyncPace(json, connection); });
        if (const auto cds = json.find("cds"))
            guarded(*cds, [&] { readCds(*cds, connection.cds); });
        if (const auto launch = json.find("launch"))
            guarded(*launch, [&] { readLaunch(*launch, connection); });
        connection.companion = plugin::readCompanion(json, connection.auth, reading());
        connection.subscriptions = readSubscriptions(json, reading());
        guarded(json, [&] { readRoutes(json, connection); });
        guarded(json, [&] { readUnits(json, connection); });
        settings_.connections.push_back(std::move(connection));
    }

    void readTransport(const Value& json, ConnectionSettings& connection) {
        if (const auto most = json.findInteger("connectionsMax"))
            connection.connectionsMax = static_cast<std::size_t>(*most);
        const auto pair = json.find("clientCertificate");
        if (!pair) return;
        connection.clientCertificate = absolute(pair->at("certificate").string());
        connection.clientKey = absolute(pair->at("key").string());
        if (const auto why = fhir::whyNotPair(connection.clientCertificate, connection.clientKey))
            fault(*pair, *why);
    }

    void readProfile(const Value& json, ConnectionSettings& connection) {
        connection.vendor = json.at("vendor").string();
        guarded(json.at("vendor"),
                [&] { connection.profile = adapters::vendorProfile(connection.vendor); });
        if (const auto overrides = json.find("overrides"))
            guarded(*overrides, [&] { connection.profile = connection.profile.with(*overrides); });
        for (const auto& name : connection.profile.requiredQueryParameters)
            if (connection.profile.queryParameters.count(name) == 0)
                note(json.path() + "/overrides/queryParameters",
                     "must give " + name + ": this vendor answers nothing without it");
    }

    void readBase(const Value& base, ConnectionSettings& connection) {
        guarded(base, [&] {
            connection.fhirBase = fhir::Url::parse(base.text());
            if (!connection.fhirBase.query.empty()) fault(base, "must have no query");
            if (connection.fhirBase.scheme == "http" && !connection.fhirBase.isLoopback() &&
                !settings_.development)
                fault(base, "must begin with https://; patient data may not travel in the clear");
        });
    }

    void readAuth(const Value& json, ConnectionSettings& connection) {
        connection.auth = plugin::readAuth(json, reading());
        const auto& auth = connection.auth;
        if (auth.method == "none" && !settings_.development)
            fault(json.at("method"), "none is for development only; set \"development\": true");
    }

    void readLaunch(const Value& json, ConnectionSettings& connection) {
        LaunchSettings launch;
        launch.clientId = json.at("clientId").string();
        if (connection.auth.usesTokens()) launch.auth = connection.auth;
        if (const auto auth = json.find("auth"))
            guarded(*auth, [&] {
                launch.auth = plugin::readAuth(*auth, reading());
                if (launch.auth.method == "basic")
                    fault(auth->at("method"), "is no method of a token address");
                if (launch.auth.usesTokens() && launch.auth.identity.clientId != launch.clientId)
                    fault(auth->at("clientId"), "must be the clientId of launch");
            });
        launch.auth.identity.clientId = launch.clientId;
        launch.issuers = {connection.fhirBase};
        for (const auto issuer : json.findArray("issuers"))
            guarded(issuer, [&] {
                launch.issuers.push_back(fhir::Url::parse(issuer.text()));
                refusePlain(issuer, launch.issuers.back());
            });
        for (const auto scope : json.findArray("scopes")) launch.scopes.push_back(scope.string());
        for (const auto ancestor : json.findArray("frameAncestors"))
            guarded(ancestor, [&] {
                const auto url = fhir::Url::parse(ancestor.text());
                if (url.target() != "/") fault(ancestor, "must be an origin, without a path");
                refusePlain(ancestor, url);
                launch.frameAncestors.push_back(url.origin());
            });
        connection.launch = std::move(launch);
    }

    void refusePlain(const Value& value, const fhir::Url& url) {
        if (url.scheme == "http" && !url.isLoopback() && !settings_.development)
            fault(value, "must begin with https:// outside this machine");
    }

    void readCds(const Value& json, CdsSettings& cds) {
        cds.trustsNetwork = json.findBoolean("trustNetwork").value_or(false);
        cds.language = json.findString("language").value_or(cds.language);
        cds.reusesTokens = json.findString("tokenUse") == "until-expiry";
        for (const auto audience : json.findArray("audiences"))
            cds.audiences.push_back(audience.string());
        for (const auto origin : json.findArray("origins"))
            guarded(origin, [&] {
                // As a browser writes it: no path, no default port, lower case.
                cds.origins.push_back(fhir::Url::parse(origin.text()).origin());
            });
        for (const auto issuer : json.findArray("issuers"))
            guarded(issuer, [&] { cds.issuers.push_back(readIssuer(issuer)); });
    }

    CdsIssuer readIssuer(const Value& json) {
        CdsIssuer issuer{json.at("iss").string(), json.findString("jku").value_or(""), {}};
        if (json.find("jku").has_value() == json.find("jwks").has_value())
            fault(json, "needs either jku or jwks: where the keys are, or a file that holds them");
        if (const auto jku = json.find("jku"))
            guarded(*jku, [&] {
                const auto url = fhir::Url::parse(jku->text());
                if (url.scheme == "http" && !url.isLoopback() && !settings_.development)
                    fault(*jku,
                          "must begin with https://; whoever changes the keys on their way "
                          "signs as the EHR");
            });
        if (const auto jwks = json.find("jwks"))
            guarded(*jwks, [&] {
                issuer.jwks = fhir::readTextFile(absolute(jwks->string()), kSecretBytesMax);
                if (fhir::smart::JwkSet::parse(issuer.jwks).keys().empty())
                    fault(*jwks, "holds no public key for signatures");
            });
        return issuer;
    }

    void readRoutes(const Value& json, ConnectionSettings& connection) {
        connection.routes = connection.profile.routes;
        const auto write = json.find("write");
        if (!write) return;
        connection.routes.clear();
        for (const auto route : write->findArray("routes")) {
            if (adapters::findRoute(route.text()) == nullptr) {
                std::string known;
                for (const auto& name : adapters::routeNames())
                    known += (known.empty() ? "" : ", ") + name;
                fault(route, "is no route; one of: " + known);
            }
            connection.routes.push_back(route.string());
        }
        // What may have been written is what is looked for.
        connection.profile.routes = connection.routes;
    }

    void readUnits(const Value& json, ConnectionSettings& connection) {
        std::set<std::string> ids;
        for (const auto unit : json.findArray("units")) {
            guarded(unit, [&] {
                const auto id = unit.at("id");
                if (!ids.insert(id.string()).second)
                    fault(id, "another unit of this connection has this id");
                connection.units.push_back(
                    {id.string(), unit.at("name").string(),
                     plugin::readWorklist(unit.at("worklist"), connection, reading())});
            });
        }
    }

    void readTeam(const Value& json) {
        TeamSettings team;
        // First, and whatever else is wrong: this fault must never be the one that is not named.
        guarded(json, [&] {
            team.subject = json.at("subject").string();
            if (const auto why = domain::whyNotTeam(team.subject)) fault(json.at("subject"), *why);
        });
        guarded(json, [&] {
            team.id = json.at("id").string();
            if (!teamIds_.insert(team.id).second) fault(json.at("id"), "another team has this id");
        });
        guarded(json, [&] {
            team.connection = json.at("connection").string();
            if (connectionIds_.count(team.connection) == 0)
                fault(json.at("connection"), "there is no connection of this id");
        });
        guarded(json, [&] {
            team.name = json.at("name").string();
            team.members = static_cast<int>(json.findInteger("members").value_or(0));
        });
        settings_.teams.push_back(std::move(team));
    }

    Value root_;
    std::string folder_;
    Settings settings_;
    std::vector<Issue> faults_;
    std::set<std::string> connectionIds_, teamIds_;
};

template <class T>
const T* findById(const std::vector<T>& all, std::string_view id) noexcept {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const T& one) { return one.id == id; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

const UnitSettings* ConnectionSettings::findUnit(std::string_view unitId) const noexcept {
    return findById(units, unitId);
}

const ConnectionSettings* Settings::findConnection(std::string_view id) const noexcept {
    return findById(connections, id);
}

std::vector<fhir::smart::ClientIdentity> Settings::identities() const {
    std::vector<fhir::smart::ClientIdentity> result;
    for (const auto& connection : connections) {
        result.push_back(connection.auth.identity);
        if (connection.launch) result.push_back(connection.launch->auth.identity);
    }
    return result;
}

const TeamSettings* Settings::findTeam(std::string_view id) const noexcept {
    return findById(teams, id);
}

SettingsResult readSettings(std::string text, const std::string& folder) {
    const fhir::json::Limits limits{.bytesMax = kConfigBytesMax, .comments = true};
    try {
        const auto document = fhir::json::Document::parse(std::move(text), limits);
        static const auto schema = fhir::json::Document::parse(
            std::string(fhir::findFile(config_files::files(), "schema.json")->content));
        auto faults = fhir::json::validate(document.root(), schema.root());
        if (!document.root().isObject()) return {{}, std::move(faults)};
        return Reader(document.root(), folder, std::move(faults)).read();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        return {{}, {{error.path(), error.what()}}};
    }
}

namespace {

SettingsResult readSettingsFile(const std::string& path) {
    const auto parent = std::filesystem::path(path).parent_path().string();
    return readSettings(fhir::readTextFile(path, kConfigBytesMax), parent.empty() ? "." : parent);
}

}  // namespace

std::string readKeysFolder(const std::string& path) {
    auto result = readSettingsFile(path);
    for (const auto& fault : result.faults)
        if (fault.path.empty() || fault.path.starts_with("/signingKeys"))
            throw Error(ErrorKind::InvalidInput, path + ": " + fault.text, fault.path);
    return std::move(result.settings.keysFolder);
}

Settings loadSettings(const std::string& path) {
    auto result = readSettingsFile(path);
    if (result.faults.empty()) return std::move(result.settings);
    std::string text = path + " has " + std::to_string(result.faults.size()) +
                       (result.faults.size() == 1 ? " fault:" : " faults:");
    for (const auto& fault : result.faults)
        text += "\n  " + (fault.path.empty() ? "/" : fault.path) + ": " + fault.text;
    throw Error(ErrorKind::InvalidInput, text);
}

}  // namespace plugin
