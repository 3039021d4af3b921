#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/base/secret.h"
#include "plugin/store/database.h"

namespace plugin::launch {

/// How long a launch may take, including the time that a person needs to sign in.
constexpr std::chrono::seconds kLaunchTime{600};

/// A launch between /launch and /callback.
struct Pending {
    std::string iss;      ///< the FHIR base, as the EHR wrote it
    std::string browser;  ///< the browser's launch cookie; in a launch that was taken, its SHA-256
    std::string nonce;
    fhir::Secret verifier;  ///< PKCE
    std::string scope;      ///< the scopes that were requested
};

/// Keeps a launch, sealed. Throws Error{Unavailable} if too many are under way.
void keep(store::Database& database, const std::string& state, const Pending& pending,
          fhir::Instant now);
/// Returns the launch of this state, once.
std::optional<Pending> take(store::Database& database, const std::string& state, fhir::Instant now);
/// Whether the browser with this cookie began the launch.
bool belongsTo(const Pending& taken, const std::string& cookie);

}  // namespace plugin::launch
