#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fhir {

/// A random (version 4) UUID, lower case (RFC 9562, section 5.4), from the system's secure source.
std::string randomUuid();

/// `bytes` random bytes from the system's secure source as base64url without padding
/// (RFC 4648, section 5).
std::string randomToken(std::size_t bytes);

/// Whether `text` is a UUID in its usual form, in lower or upper case.
bool isUuid(std::string_view text) noexcept;

}  // namespace fhir
