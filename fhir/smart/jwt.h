#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/clock.h"
#include "fhir/base/json.h"

namespace fhir::smart {

/// What the claims of a JSON Web Token must say (RFC 7519, section 4.1) before it counts. For a
/// token that was signed: check the signature as well (`Jws::isSignedBy`).
struct ClaimRules {
    std::string issuer;                  ///< `iss`, letter for letter; "" where any will do
    std::vector<std::string> audiences;  ///< `aud` holds one of them, letter for letter
    /// How far the clocks of both sides may stand apart.
    std::chrono::seconds leeway{60};
    /// `exp` no further from `iat` than this, or from now where there is no `iat`. A token without
    /// `exp` is refused whatever this says.
    std::chrono::seconds lifetimeMax{24 * 60 * 60};
    bool needsIssuedAt = false;  ///< `iat` must be there
};

/// When a token was issued and until when it counts, as it says.
struct TokenTimes {
    Instant expires;                ///< `exp`
    std::optional<Instant> issued;  ///< `iat`
};

/// Checks `iss`, `aud` (a string or an array of strings), `exp`, `nbf` and `iat`. Throws
/// Error{Unauthorized} whose path is the claim that is wrong and whose text holds none of the
/// token. `exp` is over at its own second, `nbf` and `iat` may lie ahead by the leeway.
TokenTimes checkClaims(const json::Value& claims, const ClaimRules& rules, Instant now);

/// A time as JSON Web Tokens write it: seconds since 1970, with or without a fraction (RFC 7519,
/// section 2). Throws Error{InvalidInput} where it is none or lies outside the years 1970 to 9999;
/// what lies after 2255 counts as then.
Instant numericDate(const json::Value& value);

/// Seconds since 1970.
std::int64_t toNumericDate(Instant instant) noexcept;

}  // namespace fhir::smart
