#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/clock.h"
#include "fhir/base/json.h"

namespace fhir::smart {

/// What the claims of a JSON Web Token must say (RFC 7519, section 4.1) before it is accepted. The
/// signature must be checked as well (`Jws::isSignedBy`).
struct ClaimRules {
    std::string issuer;                  ///< `iss`, letter for letter; "": any
    std::vector<std::string> audiences;  ///< `aud` must hold one of them, letter for letter
    /// How far the clocks of both sides may differ.
    std::chrono::seconds leeway{60};
    /// Longest time from `iat` to `exp`, or from now if there is no `iat`. A token without `exp` is
    /// always refused.
    std::chrono::seconds lifetimeMax{24 * 60 * 60};
    bool needsIssuedAt = false;  ///< `iat` must be there
};

/// When a token says that it was issued and expires.
struct TokenTimes {
    Instant expires;                ///< `exp`
    std::optional<Instant> issued;  ///< `iat`
};

/// Checks `iss`, `aud` (a string or an array of strings), `exp`, `nbf` and `iat`. Throws
/// Error{Unauthorized} whose path is the wrong claim and whose text holds nothing of the token. The
/// leeway holds for every time: a token expires at `exp` plus the leeway, and `nbf` and `iat` may
/// be ahead of our clock by the leeway.
TokenTimes checkClaims(const json::Value& claims, const ClaimRules& rules, Instant now);

/// Reads a time of a JSON Web Token: seconds since 1970, with or without a fraction, which is
/// dropped (RFC 7519, section 2). Throws Error{InvalidInput} if it is no number or outside the
/// years 1970 to 9999; a later time than 2255 is read as 2255.
Instant numericDate(const json::Value& value);

/// Seconds since 1970.
std::int64_t toNumericDate(Instant instant) noexcept;

}  // namespace fhir::smart
