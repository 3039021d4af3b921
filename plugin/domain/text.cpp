#include "plugin/domain/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "fhir/base/utf8.h"

namespace plugin::domain {
namespace {

bool isForbiddenControl(std::uint32_t point) noexcept {
    return (point < 0x20 && point != '\n' && point != '\r' && point != '\t') ||
           (point >= 0x7F && point <= 0x9F);
}

/// White space (Unicode, White_Space), and what has no width at all.
bool isSpace(std::uint32_t point) noexcept {
    static constexpr std::array<std::uint32_t, 12> kSpaces{
        ' ', '\t', '\n', '\r', 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000};
    return (point >= 0x2000 && point <= 0x200D) || point == 0xFEFF ||
           std::find(kSpaces.begin(), kSpaces.end(), point) != kSpaces.end();
}

}  // namespace

std::optional<std::size_t> codePoints(std::string_view text) noexcept {
    std::size_t count = 0;
    for (; !text.empty(); ++count)
        if (!fhir::takeCodePoint(text)) return std::nullopt;
    return count;
}

bool isBlank(std::string_view text) noexcept {
    while (!text.empty()) {
        const auto point = fhir::takeCodePoint(text);
        if (!point || !isSpace(*point)) return false;
    }
    return true;
}

std::optional<std::string> whyNotWords(std::string_view text, std::size_t charactersMax) {
    const auto count = codePoints(text);
    if (!count) return "is not UTF-8: send the text in that encoding";
    if (isBlank(text)) return "is empty: write the words, or leave it out";
    for (auto rest = text; !rest.empty();) {
        const auto point = fhir::takeCodePoint(rest);
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
