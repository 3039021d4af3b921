#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/base/secret.h"
#include "plugin/store/sealing/vault.h"

namespace plugin::launch {

/// How long a launch may take, including the time that a person needs to sign in.
constexpr std::chrono::seconds kLaunchTime{600};

/// A launch between /launch and /callback. Nothing of it is stored: its `state` carries the seed,
/// the EHR and when it expires, with a keyed hash of these, so that only what this service (any
/// instance of it) began is a launch. What must stay secret or unguessable is a keyed hash of the
/// seed, of 256 bits: whoever has the state alone has none of it.
class Pending {
public:
    /// Begins a launch. `iss`: the FHIR base, as the EHR wrote it.
    Pending(const store::Vault& vault, std::string iss, fhir::Instant now);
    /// nullopt for a state that was not made here, or has expired.
    static std::optional<Pending> read(const store::Vault& vault, const std::string& state,
                                       fhir::Instant now);

    const std::string& iss() const noexcept { return iss_; }
    fhir::Instant expires() const noexcept { return expires_; }
    /// For the authorization server: opaque, at most 4096 characters, which are base64url and ".".
    const std::string& state() const noexcept { return state_; }
    std::string nonce() const;
    fhir::Secret verifier() const;  ///< PKCE (RFC 7636, section 4.1)

    /// The cookie that shows the browser which began it: named by the state, so that launches that
    /// are under way at once each have theirs.
    std::string cookieName() const;
    std::string cookieValue() const;

private:
    Pending(const store::Vault& vault, std::string iss, std::string seed, fhir::Instant expires);

    const store::Vault& vault_;
    std::string iss_, seed_;
    fhir::Instant expires_;
    std::string state_;
};

}  // namespace plugin::launch
