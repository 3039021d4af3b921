#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fhir {

/// Takes one code point from the front of `rest`, which is not empty. If the bytes are not UTF-8
/// (RFC 3629, section 4), takes nothing and returns nullopt.
std::optional<std::uint32_t> takeCodePoint(std::string_view& rest) noexcept;

/// Finds the first byte that is not UTF-8 (RFC 3629, section 4: no overlong forms, no surrogates,
/// nothing beyond U+10FFFF); npos if all is UTF-8.
std::size_t findBadUtf8(std::string_view text) noexcept;

/// Finds half of a surrogate pair that was written as a character of its own: the bytes ED A0..BF,
/// which UTF-8 does not use (RFC 3629, section 3). npos if there is none.
std::size_t findHalfSurrogate(std::string_view text) noexcept;

}  // namespace fhir
