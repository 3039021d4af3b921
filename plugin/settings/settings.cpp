#include "plugin/settings/settings.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include "fhir/base/file.h"
#include "fhir/base/json.h"
#include "fhir/base/json_schema.h"
#include "plugin/domain/team_flag.h"
#include "plugin/keys/published_keys.h"
#include "plugin/settings/audit_settings.h"
#include "plugin/settings/config_files.h"
#include "plugin/settings/connection_settings.h"
#include "plugin/settings/settings_reading.h"
#include "plugin/settings/store_settings.h"

namespace plugin {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::Issue;
using fhir::json::Value;

constexpr std::size_t kConfigBytesMax = 1024 * 1024;

/// Reads the document into Settings and notes what a schema cannot say.
class Reader {
public:
    Reader(const Value& root, std::string folder, std::vector<Issue> faults)
        : root_(root), reading_(std::move(folder), std::move(faults)) {}

    SettingsResult read() {
        guarded(root_, [&] {
            settings_.development = root_.findBoolean("development").value_or(false);
            reading_.isDevelopment = settings_.development;
        });
        guarded(root_, [&] { readService(root_.at("service")); });
        guarded(root_, [&] { readOperations(root_, settings_.http, reading_); });
        reading_.keySetUrl = publishedKeysUrl(settings_.publicUrl);
        guarded(root_, [&] { settings_.store = readStore(root_.at("store"), reading_); });
        guarded(root_, [&] {
            const auto keys = root_.find("signingKeys");
            settings_.keysFolder =
                reading_.absolute(keys ? keys->findString("folder").value_or(settings_.keysFolder)
                                       : settings_.keysFolder);
        });
        reading_.keysFolder = settings_.keysFolder;
        guarded(root_, [&] { readFreshness(); });
        guarded(root_, [&] {
            for (const auto connection : root_.findArray("connections"))
                guarded(connection, [&] {
                    settings_.connections.push_back(
                        readConnection(connection, connectionIds_, reading_));
                });
        });
        guarded(root_, [&] { readCompanionServers(root_, settings_.connections, reading_); });
        guarded(root_, [&] {
            settings_.auditRepository = readAuditRepository(root_, connectionIds_, reading_);
        });
        guarded(root_, [&] {
            for (const auto team : root_.findArray("teams")) guarded(team, [&] { readTeam(team); });
        });
        return {std::move(settings_), reading_.takeFaults()};
    }

private:
    void fault(const Value& value, const std::string& text) { reading_.fault(value, text); }
    void guarded(const Value& value, const std::function<void()>& check) {
        reading_.guarded(value, check);
    }

    void readService(const Value& service) {
        guarded(service, [&] {
            const auto publicUrl = service.at("publicUrl");
            guarded(publicUrl, [&] {
                settings_.publicUrl = fhir::Url::parse(publicUrl.text());
                reading_.refusePlain(publicUrl, settings_.publicUrl);
            });
        });
        if (const auto session = service.find("session"))
            guarded(*session, [&] { readSession(*session); });
        if (const auto live = service.find("live"))
            guarded(*live, [&] { settings_.live = readLive(*live); });
        settings_.http = readHttp(service, reading_);
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

    void readFreshness() {
        const auto freshness = root_.find("freshness");
        if (!freshness) return;
        const auto days = [&](const char* name, int& target) {
            if (const auto value = freshness->findInteger(name)) target = static_cast<int>(*value);
        };
        days("nowDaysInHospital", settings_.freshness.nowDaysInHospital);
        days("nowDaysOutside", settings_.freshness.nowDaysOutside);
        days("aboutMeDays", settings_.freshness.aboutMeDays);
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
    SettingsReading reading_;
    Settings settings_;
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

fhir::ServerAddress ConnectionSettings::server() const {
    std::vector<fhir::Url> aliases;
    for (const auto& alias : profile.linkAliases) aliases.push_back(fhir::Url::parse(alias));
    return fhir::ServerAddress(fhirBase, aliases);
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
