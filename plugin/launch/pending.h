#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/base/secret.h"
#include "plugin/store/database.h"

namespace plugin::launch {

/// For how long a launch may take, with a person who signs in on the way.
constexpr std::chrono::seconds kLaunchTime{600};

/// A launch between /launch and /callback.
struct Pending {
    std::string iss;      ///< the FHIR base, as the EHR wrote it
    std::string browser;  ///< the launch cookie of the browser; once kept, its SHA-256
    std::string nonce;
    fhir::Secret verifier;  ///< PKCE
    std::string scope;      ///< that was asked for
};

/// Keeps a launch, sealed. Throws Error{Unavailable} where too many are under way.
void keep(store::Database& database, const std::string& state, const Pending& pending,
          fhir::Instant now);
/// The launch of this state, once.
std::optional<Pending> take(store::Database& database, const std::string& state, fhir::Instant now);
/// Whether a launch that was taken was begun by the browser with this cookie.
bool belongsTo(const Pending& taken, const std::string& cookie);

}  // namespace plugin::launch
