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
    fhir::Secret access, refresh;  ///< refresh: empty where none was given
    std::string scopes;            ///< granted
};

/// What EHRs granted at launches: sealed in the store, never in a browser, a log or an address.
/// May be used from several threads at once, and by several instances on one store.
class Grants {
public:
    /// Used where the answer had no `expires_in`, which is only recommended in a launch.
    static constexpr std::chrono::seconds kLifetimeUnsaid{300};

    Grants(store::Database& database, AuthorizationServers& authorizationServers,
           fhir::Clock clock = {});

    /// Keeps the tokens of a launch for the session with this cookie. Returns the grant's id.
    void add(const std::string& grant, const std::string& session, const Tokens& tokens,
             std::optional<std::chrono::seconds> lifetime);

    /// The access token, refreshed where it is about to run out: once, however many ask, because a
    /// refresh token that was used twice ends the grant at many servers. nullopt where it has run
    /// out and the EHR gave no way to refresh it. Throws Error{Unauthorized} where the EHR has
    /// taken the grant back, which is what it does when its user signs out, and Error{Unavailable}
    /// where it does not answer by the deadline.
    std::optional<fhir::Secret> accessToken(const std::string& grant, fhir::Deadline deadline);

    /// An EHR, and with whose credentials it is read.
    struct Ehr {
        std::shared_ptr<const adapters::Adapter> adapter;
        bool isUsers = false;  ///< with the token of the user's launch
    };

    /// The EHR as the user of this page may read it: with the token of their launch. With our own
    /// credentials where the page was opened without one, or that token has run out for good.
    /// Errors as `accessToken`. Lives no longer than the connections.
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
    std::set<std::string> refreshing_;  // guarded by mutex_: by threads of this process
};

}  // namespace plugin::sessions
