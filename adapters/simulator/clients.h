#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/simulator/oauth.h"
#include "adapters/simulator/token_rules.h"
#include "fhir/base/clock.h"
#include "fhir/base/secret.h"
#include "fhir/smart/jwk_set.h"
#include "fhir/smart/jwks_cache.h"
#include "fhir/smart/scopes.h"

namespace adapters::simulator {

/// A client as it is registered with the made-up hospital.
struct RegisteredClient {
    std::string clientId;
    fhir::Secret secret{};               ///< empty: none
    std::optional<fhir::Url> jwksUrl{};  ///< address of its keys, fetched when needed
    fhir::smart::JwkSet keys{};          ///< or the keys themselves
    fhir::smart::Scopes scopes{};        ///< the most that the client itself is granted

    /// Whether the client has neither secret nor keys: its launches rely on PKCE alone.
    bool isPublic() const { return secret.empty() && !jwksUrl && keys.keys().empty(); }
};

/// The registered clients, and their authentication. May be used from several threads at once.
class Clients {
public:
    /// `keys` fetches the key sets of clients with a `jwksUrl`; if nullptr, these have no keys.
    Clients(const TokenRules& rules, std::vector<RegisteredClient> clients,
            fhir::http::Transport* keys, fhir::Clock clock);

    /// Registers a client; does nothing if its id is registered already.
    void add(RegisteredClient client);

    /// Whether a public client is registered.
    bool hasPublic() const;

    /// The client of a request. Refuses one that is not registered, or does not authenticate in a
    /// way that the vendor accepts (RFC 6749, section 2.3; RFC 7523, section 3; SMART,
    /// client-confidential-asymmetric).
    RegisteredClient clientOf(const fhir::http::Request& request, const Form& form,
                              const std::string& tokenUrl);

private:
    RegisteredClient byId(const std::string& id) const;
    RegisteredClient byAssertion(const Form& form, const std::string& tokenUrl);
    void rememberAssertion(const std::string& id, fhir::Instant until);

    const TokenRules& rules_;
    fhir::Clock clock_;
    std::unique_ptr<fhir::smart::JwksCache> keys_;
    mutable std::mutex mutex_;  // guards what follows
    std::vector<RegisteredClient> clients_;
    std::map<std::string, fhir::Instant> seenAssertions_;  ///< "client jti" and until when
};

}  // namespace adapters::simulator
