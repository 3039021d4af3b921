#include "fhir/base/utf8.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace utf8_test {

using fhir::findBadUtf8;

namespace {

constexpr auto kNone = std::string_view::npos;

/// A code point as RFC 3629 writes it, surrogates too.
std::string written(std::uint32_t point) {
    const auto byte = [](std::uint32_t value) { return std::string(1, static_cast<char>(value)); };
    if (point < 0x80) return byte(point);
    if (point < 0x800) return byte(0xC0U | point >> 6U) + byte(0x80U | (point & 0x3FU));
    const auto end = byte(0x80U | (point >> 6U & 0x3FU)) + byte(0x80U | (point & 0x3FU));
    if (point < 0x10000) return byte(0xE0U | point >> 12U) + end;
    return byte(0xF0U | point >> 18U) + byte(0x80U | (point >> 12U & 0x3FU)) + end;
}

}  // namespace

TEST_CASE("utf8: every code point is taken as it was written, and no surrogate", "[fhir]") {
    std::size_t wrong = 0;
    for (std::uint32_t point = 0; point < 0x110800; ++point) {
        const auto text = written(point);
        const bool isCharacter = point < 0x110000 && (point < 0xD800 || point > 0xDFFF);
        std::string_view rest = text;
        const auto taken = fhir::takeCodePoint(rest);
        const bool isRight =
            isCharacter ? taken == point && rest.empty() : !taken && rest.size() == text.size();
        if (!isRight || (findBadUtf8(text) == kNone) != isCharacter) ++wrong;
    }
    CHECK(wrong == 0);
}

TEST_CASE("utf8: the first bad byte is found, wherever it stands among others", "[fhir]") {
    const std::string bad = GENERATE(std::string("\x80"), "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF",
                                     "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
                                     "\xF5\x80\x80\x80", "\xFF", "\xE2\x82", "\xF0\x9F\x98");
    for (std::size_t before = 0; before < 40; ++before) {
        const auto plain = std::string(before, 'a');
        CHECK(findBadUtf8(plain + bad) == before);
        CHECK(findBadUtf8(plain + bad + "plain text after it") == before);
        CHECK(findBadUtf8(plain + "\xE2\x82\xAC" + bad) == before + 3);
    }
    CHECK(findBadUtf8("") == kNone);
}

TEST_CASE("utf8: half of a surrogate pair is found, a Korean syllable is none", "[fhir]") {
    CHECK(fhir::findHalfSurrogate("ab\xED\xBF\xBF") == 2);
    CHECK(fhir::findHalfSurrogate("\xED\x9F\xBF\xED\xA0\x80") == 3);
    CHECK(fhir::findHalfSurrogate("\xED\x9F\xBF") == kNone);
    CHECK(fhir::findHalfSurrogate("\xED") == kNone);
}

}  // namespace utf8_test
