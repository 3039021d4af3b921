#pragma once

#include <string>
#include <string_view>

#include "fhir/base/secret.h"

namespace fhir {

/// HMAC-SHA-256 (RFC 2104) of a text as hexadecimal in lower case, 64 characters. Throws
/// Error{Internal} if OpenSSL fails.
std::string hmacSha256(const Secret& key, std::string_view text);

/// Whether two texts are the same. For texts of equal length the time does not depend on where they
/// differ, so that nobody can find out a secret byte by byte.
bool isSameSecret(std::string_view left, std::string_view right) noexcept;

}  // namespace fhir
