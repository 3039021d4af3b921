#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace plugin::domain {

/// How many code points `text` has; nullopt if it is not UTF-8 (RFC 3629), which has no overlong
/// forms, surrogates or values above U+10FFFF.
std::optional<std::size_t> codePoints(std::string_view text) noexcept;

/// Whether the text has nothing to read: empty, or only spaces, of whatever width, and line breaks.
bool isBlank(std::string_view text) noexcept;

/// Says why this cannot be words that a person typed, and what to do; nullopt if it can. Refused:
/// blank text, bytes that are not UTF-8, control characters other than line feed and tab (U+0000 to
/// U+001F, U+007F to U+009F), more than `charactersMax` code points. The sentence never repeats the
/// text.
std::optional<std::string> whyNotWords(std::string_view text, std::size_t charactersMax);

}  // namespace plugin::domain
