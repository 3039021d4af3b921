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
#include "plugin/domain/freshness.h"
#include "plugin/settings/auth_settings.h"
#include "plugin/settings/companion_settings.h"
#include "plugin/settings/live_settings.h"
#include "plugin/settings/session_limits.h"
#include "plugin/settings/subscription_settings.h"
#include "plugin/store/options.h"

namespace plugin {

struct UnitSettings {
    std::string id, name;
    adapters::WorklistQuery worklist;
};

/// How this EHR launches our pages (SMART App Launch 2.2, EHR launch).
struct LaunchSettings {
    std::string clientId;
    AuthSettings auth;  ///< for the token address: its own, else the connection's, else public
    std::vector<fhir::Url> issuers;           ///< what `iss` may be; first the FHIR base
    std::vector<std::string> scopes;          ///< empty: what the pages need
    std::vector<std::string> frameAncestors;  ///< origins that may frame the pages
};

/// A CDS client whose signature is accepted (CDS Hooks 2.0, Trusting CDS Clients).
struct CdsIssuer {
    std::string iss;
    std::string jku;     ///< where its keys are published; "" where `jwks` holds them
    std::string jwks{};  ///< the JWK Set that the client gave out of band; "" with a `jku`
};

/// How an EHR calls us by CDS Hooks.
struct CdsSettings {
    bool trustsNetwork = false;  ///< no token is asked for; named loudly at start
    std::vector<CdsIssuer> issuers;
    std::vector<std::string> audiences;  ///< taken as `aud` beside the called address itself
    std::vector<std::string> origins;    ///< browsers that may call, "https://ehr.example"
    std::string language = "en";         ///< what the clinicians read, BCP 47
    bool reusesTokens = false;           ///< one token serves several calls until it expires
};

/// One EHR that this site talks to.
struct ConnectionSettings {
    std::string id, vendor;
    fhir::Url fhirBase;
    std::string certificateAuthorities;  ///< a PEM file; empty: the system's own
    /// PEM files by which we say who we are (mutual TLS); both or neither.
    std::string clientCertificate, clientKey;
    std::size_t connectionsMax = 16;  ///< open to the EHR at once
    AuthSettings auth;
    std::vector<UnitSettings> units;
    std::chrono::seconds syncInterval{60};       ///< from the end of a unit's reading to the next
    std::chrono::seconds fullSyncInterval{600};  ///< where changes alone are read in between
    int unitsAtOnce = 2;                         ///< that are read at the same time
    std::vector<std::string> routes;  ///< the ladder, the profile's where the site names none
    CdsSettings cds;
    std::optional<LaunchSettings> launch;  ///< nullopt: this EHR opens no pages
    /// nullopt: nobody may read what the companion holds of it, but in development.
    std::optional<CompanionSettings> companion;
    /// The connection whose server keeps what this EHR cannot hold; "": our own store does.
    std::string companionServer;
    bool isCompanion = false;  ///< another connection has this one as its companion
    std::optional<SubscriptionSettings> subscriptions;  ///< nullopt: it may send no notifications
    adapters::Profile profile;                          ///< the vendor's, with the site's overrides

    const UnitSettings* findUnit(std::string_view unitId) const noexcept;
    /// A server that keeps what others cannot, and is nobody's chart.
    bool isCompanionAlone() const noexcept { return isCompanion && units.empty() && !launch; }
};

/// A care team that can be flagged. Its subject is a team by check, never a person.
struct TeamSettings {
    std::string id, name, connection, subject;
    int members = 0;  ///< 0: not said
};

/// The site's configuration, checked. Read once, passed by value or const reference.
struct Settings {
    bool development = false;
    fhir::Url publicUrl;
    std::string listenHost = "127.0.0.1";
    std::uint16_t listenPort = 8080;
    SessionLimits sessions;
    LiveSettings live;
    std::string keysFolder = "keys";  ///< of our signing keys; as the paths of the store
    store::Options store;             ///< paths absolute, or relative to the current folder
    domain::FreshnessLimits freshness;
    std::vector<ConnectionSettings> connections;
    std::vector<TeamSettings> teams;
    std::string auditRepository;  ///< the connection that is given every AuditEvent; "": none

    const ConnectionSettings* findConnection(std::string_view id) const noexcept;
    const TeamSettings* findTeam(std::string_view id) const noexcept;
    /// Who we are to each EHR, in every role that a connection has.
    std::vector<fhir::smart::ClientIdentity> identities() const;
};

/// What reading a configuration gave: settings where there is no fault, else every fault with its
/// JSON pointer, in document order.
struct SettingsResult {
    Settings settings;
    std::vector<fhir::Issue> faults;
};

/// Checks the text of a configuration file. `folder` is where relative paths start.
SettingsResult readSettings(std::string text, const std::string& folder);

/// The key folder that a configuration file names, whatever else may be wrong in it. Throws
/// Error{InvalidInput} where the file cannot be read as JSON.
std::string readKeysFolder(const std::string& path);

/// Reads the file. Throws Error{InvalidInput} whose text lists every fault, one a line.
Settings loadSettings(const std::string& path);

}  // namespace plugin
