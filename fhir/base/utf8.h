#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fhir {

/// Takes one code point from the front of `rest`, which is not empty; nullopt, and nothing taken,
/// where the bytes are not UTF-8 (RFC 3629, section 4).
std::optional<std::uint32_t> takeCodePoint(std::string_view& rest) noexcept;

/// Finds the first byte that is not UTF-8 (RFC 3629, section 4: no overlong forms, no surrogates,
/// nothing beyond U+10FFFF); npos where all is.
std::size_t findBadUtf8(std::string_view text) noexcept;

/// Finds where half of a surrogate pair was written as a character of its own: the bytes ED A0..BF,
/// which UTF-8 has no use for (RFC 3629, section 3). npos where there is none.
std::size_t findHalfSurrogate(std::string_view text) noexcept;

}  // namespace fhir
