#pragma once

#include <string>
#include <string_view>

namespace plugin::http_server {

/// Characters of a request target: visible ASCII without those that no URI holds (RFC 3986,
/// section 2). "|", "^" and braces stay, which browsers and FHIR searches send as they are.
bool isTarget(std::string_view text) noexcept;

/// uri-host [ ":" port ] (RFC 9110, section 7.2).
bool isHost(std::string_view text) noexcept;

/// 1*DIGIT
bool isNumber(std::string_view text) noexcept;

/// Whether a request line, or more, names a version of HTTP that is neither 1.0 nor 1.1.
bool isOtherVersion(std::string_view sent) noexcept;

std::string asciiLowerCase(std::string_view text);

}  // namespace plugin::http_server
