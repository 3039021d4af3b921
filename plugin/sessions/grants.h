#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "fhir/base/secret.h"
#include "plugin/connections/authorization_servers.h"
#include "plugin/sessions/context.h"
#include "plugin/sessions/session_table.h"

namespace plugin::sessions {

/// The tokens of a launch.
struct Tokens {
    std::string iss;  ///< the FHIR base that they are for, as it launched
    std::string tokenUrl;
    fhir::Secret access, refresh;  ///< refresh: empty if none was given
    std::string scopes;            ///< granted
};

/// Stores what EHRs granted at launches: sealed in the database, never in a browser, a log or an
/// address. May be used from several threads at once, and by several instances on one database.
class Grants {
public:
    /// Used if the answer has no `expires_in`, which is only recommended in a launch.
    static constexpr std::chrono::seconds kLifetimeUnsaid{300};

    Grants(store::Database& database, AuthorizationServers& authorizationServers,
           fhir::Clock clock = {});

    /// Keeps the tokens of a launch for the session with this cookie. Returns the grant's id.
    void add(const std::string& grant, const std::string& session, const Tokens& tokens,
             std::optional<std::chrono::seconds> lifetime);

    /// Returns the access token, refreshed if it is about to expire: once for all who ask at the
    /// same time, because at many servers a refresh token that is used twice ends the grant.
    /// nullopt if it has expired and the EHR gave no refresh token. Throws Error{Unauthorized} if
    /// the EHR has revoked the grant, as it does when its user signs out, and Error{Unavailable} if
    /// it does not answer by the deadline.
    std::optional<fhir::Secret> accessToken(const std::string& grant, fhir::Deadline deadline);

    /// An EHR, and with whose credentials it is read.
    struct Ehr {
        std::shared_ptr<const adapters::Adapter> adapter;
        bool isUsers = false;  ///< with the token of the user's launch
    };

    /// Returns the EHR as the user of this page may read it: with the token of their launch, or
    /// with our own credentials if the page was opened without one or that token has expired for
    /// good. Errors as `accessToken`. The result must not outlive the connections.
    Ehr ehrOf(const Connections& connections, const Context& context);

private:
    std::optional<fhir::Secret> refresh(const std::string& grant, fhir::Deadline deadline);
    Tokens open(const std::string& grant, const LaunchGrant& sealed) const;
    LaunchGrant seal(const std::string& grant, const Tokens& tokens,
                     std::optional<std::chrono::seconds> lifetime) const;

    store::Database& database_;
    AuthorizationServers& authorizationServers_;
    fhir::Clock clock_;
    SessionTable table_;
    std::mutex mutex_;
    std::condition_variable refreshed_;
    std::set<std::string> refreshing_;  // by threads of this process; guarded by mutex_
};

}  // namespace plugin::sessions
