#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/adapter.h"
#include "fhir/client/circuit_breaker.h"
#include "fhir/client/waiting.h"
#include "fhir/smart/token_source.h"
#include "plugin/settings/settings.h"

namespace plugin {

/// One EHR, ready to be talked to.
struct Connection {
    ConnectionSettings settings;
    std::unique_ptr<fhir::http::Transport> network;
    std::unique_ptr<fhir::http::Transport> paced;      ///< the vendor's rules, around the breaker
    const fhir::CircuitBreaker* breaker = nullptr;     ///< around the network; `paced` owns it
    std::unique_ptr<fhir::http::Transport> transport;  ///< retries, around all: the one to use
    std::unique_ptr<fhir::smart::Discovery> discovery;
    std::unique_ptr<fhir::smart::TokenSource> tokens;  ///< nullptr if it uses none
    std::unique_ptr<adapters::Adapter> adapter;
    std::unique_ptr<fhir::WaitingTransport> waiting;  ///< for `backgroundAdapter`
    /// The same EHR for background work: a read that is put off (429) waits and is sent again.
    std::unique_ptr<adapters::Adapter> backgroundAdapter;
    /// The server that keeps what this EHR cannot hold; nullptr if our own database does.
    const Connection* companion = nullptr;
    /// Returns the adapter that reads from `companion`; nullptr if there is none.
    const adapters::Adapter* companionReader() const noexcept {
        return companion == nullptr ? nullptr : companion->adapter.get();
    }

    /// Makes an adapter for one short task: each of its requests ends after `timeout` and carries
    /// `accessToken`, if there is one, instead of our own credentials. It must not outlive the
    /// connection.
    std::unique_ptr<adapters::Adapter> adapterFor(const std::optional<fhir::Secret>& accessToken,
                                                  std::chrono::milliseconds timeout) const;
};

/// Returns the resource types that this connection's worklists, and the views of what matters,
/// read.
std::vector<std::string> typesRead(const ConnectionSettings& settings);

/// The only Observations that are read and written: every statement of ours has this category, and
/// those of others are searched for by it. A grant that is narrowed to it is enough.
inline constexpr const char* kStatementsQuery =
    "category=http://hl7.org/fhir/us/core/CodeSystem/us-core-category|care-experience-preference";

/// Returns the scopes that the worklists and routes of this connection need.
fhir::smart::Scopes neededScopes(const ConnectionSettings& settings);
/// Returns the scopes that the service requests: those that the site sets, else what is needed.
fhir::smart::Scopes askedScopes(const ConnectionSettings& settings);

/// Returns how scopes are written in requests with this `auth` (the connection's or its launch's):
/// as the site says, else as the vendor's profile does; nullopt if discovery decides.
std::optional<fhir::smart::ScopeSyntax> scopeSyntaxOf(const ConnectionSettings& settings,
                                                      const AuthSettings& auth);

/// Every connection of the site. Made once at start; the connections live as long as this does.
class Connections {
public:
    explicit Connections(const std::vector<ConnectionSettings>& settings);

    /// Throws Error{InvalidInput} that lists the known ids.
    const Connection& at(const std::string& id) const;
    const Connection* find(const std::string& id) const noexcept;
    auto begin() const noexcept { return connections_.begin(); }
    auto end() const noexcept { return connections_.end(); }
    /// Ends the waits of every `backgroundAdapter`, so that their users can end.
    void stopWaiting() noexcept;
    std::size_t size() const noexcept { return connections_.size(); }

private:
    std::map<std::string, Connection> connections_;
};

}  // namespace plugin
