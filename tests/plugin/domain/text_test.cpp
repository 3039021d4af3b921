#include "plugin/domain/text.h"

namespace text_test {

using namespace plugin::domain;

TEST_CASE("text: code points are counted, not bytes", "[domain]") {
    const auto [text, count] = GENERATE(table<std::string, std::size_t>({
        {"", 0},
        {"home", 4},
        {"\xC3\xA9t\xC3\xA9", 3},         // été
        {"\xE0\xA4\x98\xE0\xA4\xB0", 2},  // घर
        {"\xF0\x9F\x8F\xA0", 1},          // a house
        {"\xF4\x8F\xBF\xBF", 1},          // U+10FFFF, the last one
        {"\xED\x9F\xBF\xEE\x80\x80", 2},  // the neighbours of the surrogates
    }));

    CHECK(codePoints(text) == count);
}

TEST_CASE("text: what is not UTF-8 is refused", "[domain]") {
    const auto text =
        GENERATE(as<std::string>(), "\x80", "\xC3", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF",
                 "\xE2\x82", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\xAF", "\xF4\x90\x80\x80",
                 "\xF5\x80\x80\x80", "\xFF", "home\xE9", "\xC3(");

    CHECK_FALSE(codePoints(text));
    const auto why = whyNotWords(text, 100);
    REQUIRE(why);
    CHECK(why->find("UTF-8") != std::string::npos);
}

TEST_CASE("text: words may have any script, line feeds and tabs", "[domain]") {
    const auto text = GENERATE(as<std::string>(), "To go home.", "One\n\tTwo",
                               "\xD7\x91\xD7\x99\xD7\xAA",  // right to left
                               "\xE2\x80\xAE"
                               "mirrored",  // a direction override is text
                               "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x8C\xBE");

    CHECK_FALSE(whyNotWords(text, 100));
}

TEST_CASE("text: control characters are named, the text is not repeated", "[domain]") {
    const auto [text, name] = GENERATE(table<std::string, std::string>({
        {std::string("secret\0x", 8), "U+0000"},
        {"secret\x08x", "U+0008"},
        {"secret\x1B[2J", "U+001B"},
        {"secret\x7F", "U+007F"},
        {"secret\xC2\x85", "U+0085"},
        {"secret\xC2\x9F", "U+009F"},
    }));

    const auto why = whyNotWords(text, 100);

    REQUIRE(why);
    CHECK(why->find(name) != std::string::npos);
    CHECK(why->find("secret") == std::string::npos);
}

TEST_CASE("text: the limit counts code points, and its edge is allowed", "[domain]") {
    std::string text;
    for (int i = 0; i < 10; ++i) text += "\xE0\xA4\x98";

    CHECK_FALSE(whyNotWords(text, 10));
    const auto why = whyNotWords(text, 9);
    REQUIRE(why);
    CHECK(why->find("has 10 characters") != std::string::npos);
    CHECK(why->find("at most 9") != std::string::npos);
}

TEST_CASE("text: blanks are no words", "[domain]") {
    const auto text = GENERATE(as<std::string>(), "", " ", "\n\t ", "\u00a0\u2003\u3000", "\ufeff");

    CHECK(isBlank(text));
    CHECK(whyNotWords(text, 10));
    CHECK_FALSE(isBlank(text + "."));
    CHECK_FALSE(isBlank(text + "\xA0"));  // no UTF-8: somebody must look at it
}

}  // namespace text_test
