#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fhir {

/// Bytes as base64url without padding (RFC 4648, section 5; RFC 7515, section 2).
std::string base64url(std::string_view bytes);

/// Reads base64url text without padding. nullopt if it holds another character or padding, has an
/// impossible length, or ends in bits that are not zero: the same bytes can be written in one way
/// only.
std::optional<std::string> decodeBase64url(std::string_view text);

/// Standard base64 with padding (RFC 4648, section 4).
std::string base64(std::string_view bytes);

/// Reads standard base64. Skips spaces, line breaks and "=", and reads the base64url alphabet too;
/// nullopt for anything else.
std::optional<std::string> decodeBase64(std::string_view text);

}  // namespace fhir
