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
    fhir::Secret secret{};               ///< empty: it has none
    std::optional<fhir::Url> jwksUrl{};  ///< where its keys are, asked for when needed
    fhir::smart::JwkSet keys{};          ///< or its keys themselves
    fhir::smart::Scopes scopes{};        ///< the most that it is granted for itself

    /// Whether it has nothing to prove itself with: its launches rest on PKCE alone.
    bool isPublic() const { return secret.empty() && !jwksUrl && keys.keys().empty(); }
};

/// Who may ask for tokens, and the check that they are who they say. May be used from several
/// threads at once.
class Clients {
public:
    /// `keys` asks for the key sets of clients with a `jwksUrl`; without it they have none.
    Clients(const TokenRules& rules, std::vector<RegisteredClient> clients,
            fhir::http::Transport* keys, fhir::Clock clock);

    /// Registers one more; one of that id who is there already stays as it is.
    void add(RegisteredClient client);

    /// Whether one is registered that has nothing to prove itself with.
    bool hasPublic() const;

    /// Who asks. Refuses whoever is not registered or does not prove it, in a way that the vendor
    /// takes (RFC 6749, section 2.3; RFC 7523, section 3; SMART, client-confidential-asymmetric).
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
