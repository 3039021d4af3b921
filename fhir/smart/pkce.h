#pragma once

#include <string>
#include <string_view>

#include "fhir/base/secret.h"

namespace fhir::smart {

/// The challenge for a verifier with the method S256, the only one that SMART permits:
/// base64url(SHA-256(verifier)) (RFC 7636, section 4.2).
std::string codeChallenge(std::string_view verifier);

/// A new verifier of 256 random bits, 43 characters (RFC 7636, section 4.1).
Secret newCodeVerifier();

}  // namespace fhir::smart
