#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace plugin::domain {

/// How many code points `text` has; nullopt where it is not UTF-8 (RFC 3629): overlong forms,
/// surrogates and values above U+10FFFF are not.
std::optional<std::size_t> codePoints(std::string_view text) noexcept;

/// Whether nothing in it can be read: empty, or ASCII spaces and line breaks only.
bool isBlank(std::string_view text) noexcept;

/// Why these cannot be words that a person typed, in a sentence that says what to do; nullopt
/// where they can. Refused: blank text, bytes that are not UTF-8, control characters other than
/// line feed and tab (U+0000 to U+001F, U+007F to U+009F), more than `charactersMax` code points.
/// The sentence never repeats the text.
std::optional<std::string> whyNotWords(std::string_view text, std::size_t charactersMax);

}  // namespace plugin::domain
