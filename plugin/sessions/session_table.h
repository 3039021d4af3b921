#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/settings/session_limits.h"
#include "plugin/store/database.h"

namespace plugin::sessions {

/// A browser that was signed in.
struct BrowserSession {
    std::string connection, owner;  ///< owner: as it was given to `begin`, hashed
    fhir::Instant begun, used;
};

/// One page of it.
struct PageContext {
    std::string content;
    fhir::Instant opened;
};

/// What an authorization server granted at one launch.
struct LaunchGrant {
    std::string content;
    fhir::Instant expires;
};

/// Browser sessions, their pages and their grants. Takes ids and tokens as the browser shows them
/// and keeps their SHA-256 alone, so that whoever reads the database can open no page. What is in
/// a `content` is the caller's business, to seal as well.
class SessionTable {
public:
    SessionTable(store::Database& database, SessionLimits limits)
        : database_(database), limits_(limits) {}

    /// Removes what is too old, then begins a session. False where there are too many.
    bool begin(const std::string& id, const std::string& connection, const std::string& owner,
               fhir::Instant now);
    /// nullopt where there is none, or it is over.
    std::optional<BrowserSession> find(const std::string& id, fhir::Instant now) const;
    /// Whether `session` belongs to this owner.
    static bool isOf(const BrowserSession& session, const std::string& connection,
                     const std::string& owner);
    /// A new launch of the same owner: the session lasts as if it had begun now.
    void renew(const std::string& id, fhir::Instant now);
    /// Ends it with all its pages and grants.
    void end(const std::string& id);

    void addContext(const std::string& id, const std::string& token, const PageContext& context,
                    fhir::Instant now);
    /// The page, where both belong together and neither is over. Counts as use of both.
    std::optional<PageContext> openContext(const std::string& id, const std::string& token,
                                           fhir::Instant now);

    void addGrant(const std::string& grant, const std::string& session, const LaunchGrant& value);
    std::optional<LaunchGrant> findGrant(const std::string& grant) const;
    /// Takes the right to refresh a grant until `until`. False where another has it.
    bool leaseGrant(const std::string& grant, fhir::Instant now, fhir::Instant until);
    /// What the refresh gave; ends the lease.
    void saveGrant(const std::string& grant, const LaunchGrant& value);
    void releaseGrant(const std::string& grant);

private:
    bool isOver(fhir::Instant begun, fhir::Instant used, fhir::Instant now) const;

    store::Database& database_;
    SessionLimits limits_;
};

}  // namespace plugin::sessions
