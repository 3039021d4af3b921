#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/profile/profile.h"
#include "adapters/worklist/worklist.h"
#include "fhir/base/error.h"
#include "fhir/base/secret.h"
#include "fhir/base/url.h"
#include "fhir/r4/server_address.h"
#include "plugin/domain/freshness.h"
#include "plugin/settings/auth_settings.h"
#include "plugin/settings/cds_settings.h"
#include "plugin/settings/companion_settings.h"
#include "plugin/settings/http_settings.h"
#include "plugin/settings/launch_settings.h"
#include "plugin/settings/live_settings.h"
#include "plugin/settings/session_limits.h"
#include "plugin/settings/subscription_settings.h"
#include "plugin/store/options.h"

namespace plugin {

struct UnitSettings {
    std::string id, name;
    adapters::WorklistQuery worklist;
    /// What in the context of a launch opens this ward, besides the worklist's Location: references
    /// as "Organization/12", and members of the token response as "department=150".
    std::vector<std::string> opens{};
};

/// One EHR that this site talks to.
struct ConnectionSettings {
    std::string id, vendor;
    fhir::Url fhirBase;
    std::string certificateAuthorities;  ///< a PEM file; empty: the system's own
    /// PEM files of our client certificate and its key (mutual TLS); both or neither.
    std::string clientCertificate, clientKey;
    std::size_t connectionsMax = 16;  ///< open to the EHR at once
    AuthSettings auth;
    std::vector<UnitSettings> units;
    std::chrono::seconds syncInterval{60};       ///< from the end of a unit's reading to the next
    std::chrono::seconds fullSyncInterval{600};  ///< if only changes are read in between
    int unitsAtOnce = 2;                         ///< units read at the same time
    std::vector<std::string> routes;  ///< the ladder; the profile's if the site names none
    CdsSettings cds;
    std::optional<LaunchSettings> launch;  ///< nullopt: this EHR opens no pages
    /// nullopt: nobody may read what the companion holds for this connection, except in
    /// development.
    std::optional<CompanionSettings> companion;
    /// The connection whose server keeps what this EHR cannot hold; "": our own database does.
    std::string companionServer;
    bool isCompanion = false;  ///< another connection has this one as its companion
    std::optional<SubscriptionSettings> subscriptions;  ///< nullopt: it may send no notifications
    adapters::Profile profile;                          ///< the vendor's, with the site's overrides

    const UnitSettings* findUnit(std::string_view unitId) const noexcept;
    /// Returns the addresses of this FHIR server: `fhirBase`, and the profile's `linkAliases`.
    fhir::ServerAddress server() const;
    /// Whether this server only keeps what other EHRs cannot hold, and holds no chart itself.
    bool isCompanionAlone() const noexcept { return isCompanion && units.empty() && !launch; }
};

/// A care team that can be flagged. Its subject is checked to be a team, never a person.
struct TeamSettings {
    std::string id, name, connection, subject;
    int members = 0;  ///< 0: not said
};

/// The site's configuration, checked. Read once, passed by value or const reference.
struct Settings {
    bool development = false;
    fhir::Url publicUrl;
    HttpSettings http;
    SessionLimits sessions;
    LiveSettings live;
    std::string keysFolder = "keys";  ///< of our signing keys; a path like those of the store
    store::Options store;             ///< paths absolute, or relative to the current folder
    domain::FreshnessLimits freshness;
    std::vector<ConnectionSettings> connections;
    std::vector<TeamSettings> teams;
    std::string auditRepository;  ///< the connection that receives every AuditEvent; "": none

    const ConnectionSettings* findConnection(std::string_view id) const noexcept;
    const TeamSettings* findTeam(std::string_view id) const noexcept;
    /// Returns our client identities at the EHRs: one for each connection, and one for its launch.
    std::vector<fhir::smart::ClientIdentity> identities() const;
};

/// The result of reading a configuration: settings if there is no fault, else every fault with its
/// JSON pointer, those that the schema finds first.
struct SettingsResult {
    Settings settings;
    std::vector<fhir::Issue> faults;
};

/// Checks the text of a configuration file. `folder` is where relative paths start.
SettingsResult readSettings(std::string text, const std::string& folder);

/// Returns the key folder that a configuration file names, even if other settings are wrong. Throws
/// Error{InvalidInput} if the file cannot be read as JSON, or `signingKeys` has a fault.
std::string readKeysFolder(const std::string& path);

/// Reads the file. Throws Error{InvalidInput} whose text lists every fault, one a line.
Settings loadSettings(const std::string& path);

}  // namespace plugin
