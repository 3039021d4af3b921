#include "plugin/domain/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace plugin::domain {
namespace {

/// Takes one code point from the front of `rest`; nullopt where the bytes are not UTF-8.
std::optional<std::uint32_t> takeCodePoint(std::string_view& rest) noexcept {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(rest[at]); };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) {
        rest.remove_prefix(1);
        return lead;
    }
    const std::size_t length = lead >= 0xF0 ? 4U : lead >= 0xE0 ? 3U : 2U;
    if (lead < 0xC2 || lead > 0xF4 || rest.size() < length) return std::nullopt;
    static constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
    std::uint32_t point = lead & (0x7FU >> length);
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xC0U) != 0x80U) return std::nullopt;
        point = (point << 6U) | (byte(at) & 0x3FU);
    }
    const bool isSurrogate = point >= 0xD800 && point <= 0xDFFF;
    if (point < kSmallest.at(length) || isSurrogate || point > 0x10FFFF) return std::nullopt;
    rest.remove_prefix(length);
    return point;
}

bool isForbiddenControl(std::uint32_t point) noexcept {
    return (point < 0x20 && point != '\n' && point != '\r' && point != '\t') ||
           (point >= 0x7F && point <= 0x9F);
}

}  // namespace

std::optional<std::size_t> codePoints(std::string_view text) noexcept {
    std::size_t count = 0;
    for (; !text.empty(); ++count)
        if (!takeCodePoint(text)) return std::nullopt;
    return count;
}

bool isBlank(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
}

std::optional<std::string> whyNotWords(std::string_view text, std::size_t charactersMax) {
    const auto count = codePoints(text);
    if (!count) return "is not UTF-8: send the text in that encoding";
    if (isBlank(text)) return "is empty: write the words, or leave it out";
    for (auto rest = text; !rest.empty();) {
        const auto point = takeCodePoint(rest);
        if (!point || !isForbiddenControl(*point)) continue;
        std::array<char, 8> name{};
        std::snprintf(name.data(), name.size(), "U+%04X", static_cast<unsigned>(*point));
        return std::string("holds the control character ") + name.data() +
               ": only line ends and tabs may stand between the words";
    }
    if (*count > charactersMax)
        return "has " + std::to_string(*count) + " characters, and at most " +
               std::to_string(charactersMax) + " are kept: shorten it";
    return std::nullopt;
}

}  // namespace plugin::domain
