#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fhir {

/// Bytes as base64url without padding (RFC 4648, section 5; RFC 7515, section 2).
std::string base64url(std::string_view bytes);

/// The bytes of base64url text without padding. nullopt where the text is none: another character,
/// padding, a length that cannot be, or bits left over that are not zero, so that there is one
/// way only to write the same bytes.
std::optional<std::string> decodeBase64url(std::string_view text);

/// Standard base64 with padding (RFC 4648, section 4).
std::string base64(std::string_view bytes);

/// The bytes of standard base64; nullopt where the text is none.
std::optional<std::string> decodeBase64(std::string_view text);

}  // namespace fhir
