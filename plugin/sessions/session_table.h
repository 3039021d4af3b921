#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/settings/session_limits.h"
#include "plugin/store/database.h"

namespace plugin::sessions {

/// A signed-in browser.
struct BrowserSession {
    std::string connection, owner;  ///< owner: as it was given to `begin`, hashed
    fhir::Instant begun, used;
};

/// One open page of a session.
struct PageContext {
    std::string content;
    fhir::Instant opened;
};

/// What an authorization server granted at one launch.
struct LaunchGrant {
    std::string content;
    fhir::Instant expires;
};

/// Stores browser sessions, their pages and their grants. Takes ids and tokens as the browser shows
/// them and stores only their SHA-256, so that nobody who reads the database can open a page. The
/// caller seals each `content`.
class SessionTable {
public:
    SessionTable(store::Database& database, SessionLimits limits)
        : database_(database), limits_(limits) {}

    /// Removes what is too old, then begins a session. False if there are too many.
    bool begin(const std::string& id, const std::string& connection, const std::string& owner,
               fhir::Instant now);
    /// Returns nullopt if there is none, or it is over.
    std::optional<BrowserSession> find(const std::string& id, fhir::Instant now) const;
    /// Whether `session` belongs to this owner.
    static bool isOf(const BrowserSession& session, const std::string& connection,
                     const std::string& owner);
    /// Restarts the time limits of a session, at a new launch of the same owner.
    void renew(const std::string& id, fhir::Instant now);
    /// Ends the session with all its pages and grants.
    void end(const std::string& id);

    void addContext(const std::string& id, const std::string& token, const PageContext& context,
                    fhir::Instant now);
    /// Returns the page if session and page belong together and neither is over. Counts as use of
    /// both.
    std::optional<PageContext> openContext(const std::string& id, const std::string& token,
                                           fhir::Instant now);

    void addGrant(const std::string& grant, const std::string& session, const LaunchGrant& value);
    std::optional<LaunchGrant> findGrant(const std::string& grant) const;
    /// Takes the right to refresh a grant until `until`. False if another instance has it.
    bool leaseGrant(const std::string& grant, fhir::Instant now, fhir::Instant until);
    /// Stores what the refresh gave, and ends the lease.
    void saveGrant(const std::string& grant, const LaunchGrant& value);
    void releaseGrant(const std::string& grant);

private:
    bool isOver(fhir::Instant begun, fhir::Instant used, fhir::Instant now) const;

    store::Database& database_;
    SessionLimits limits_;
};

}  // namespace plugin::sessions
