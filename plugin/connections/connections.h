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
    std::unique_ptr<fhir::http::Transport> paced;      ///< the vendor's manners, around the breaker
    const fhir::CircuitBreaker* breaker = nullptr;     ///< around the network; `paced` owns it
    std::unique_ptr<fhir::http::Transport> transport;  ///< repeats, around all: the one to use
    std::unique_ptr<fhir::smart::Discovery> discovery;
    std::unique_ptr<fhir::smart::TokenSource> tokens;  ///< nullptr where it uses none
    std::unique_ptr<adapters::Adapter> adapter;
    std::unique_ptr<fhir::WaitingTransport> waiting;  ///< around `transport`, for the next
    /// The same EHR for work that nobody waits for: a read that is put off waits for its time.
    std::unique_ptr<adapters::Adapter> backgroundAdapter;
    /// The server that keeps what this EHR cannot hold; nullptr where our own store does.
    const Connection* companion = nullptr;
    /// Reads from it; nullptr as above.
    const adapters::Adapter* companionReader() const noexcept {
        return companion == nullptr ? nullptr : companion->adapter.get();
    }

    /// An adapter for one task that may not take long: each request of it ends after `timeout`, and
    /// carries `accessToken`, where there is one, instead of our own credentials. It must not
    /// outlive the connection.
    std::unique_ptr<adapters::Adapter> adapterFor(const std::optional<fhir::Secret>& accessToken,
                                                  std::chrono::milliseconds timeout) const;
};

/// The resource types that the worklists of this connection, and whoever shows what matters, read.
std::vector<std::string> typesRead(const ConnectionSettings& settings);

/// What the service asks for on this connection: what the site says, or what its worklists and
/// routes need and no more.
fhir::smart::Scopes neededScopes(const ConnectionSettings& settings);

/// How scopes are written in requests with this `auth` (the connection's or its launch's): as the
/// site says, else as the vendor's profile does; nullopt where discovery tells.
std::optional<fhir::smart::ScopeSyntax> scopeSyntaxOf(const ConnectionSettings& settings,
                                                      const AuthSettings& auth);

/// Every connection of the site. Made once at start; what it hands out lives as long as it does.
class Connections {
public:
    explicit Connections(const std::vector<ConnectionSettings>& settings);

    /// Throws Error{InvalidInput} that lists the known ids.
    const Connection& at(const std::string& id) const;
    const Connection* find(const std::string& id) const noexcept;
    /// The connection whose FHIR base is this address, nullptr where there is none.
    const Connection* findByBase(std::string_view fhirBase) const noexcept;
    auto begin() const noexcept { return connections_.begin(); }
    auto end() const noexcept { return connections_.end(); }
    /// Ends what `backgroundAdapter` adapters wait for, so that whoever uses them can end.
    void stopWaiting() noexcept;
    std::size_t size() const noexcept { return connections_.size(); }

private:
    std::map<std::string, Connection> connections_;
};

}  // namespace plugin
