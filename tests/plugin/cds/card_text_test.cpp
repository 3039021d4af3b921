#include "plugin/cds/card_text.h"

#include <algorithm>

namespace card_text_test {

using plugin::cds::asHtmlQuote;
using plugin::cds::asMarkdownQuote;
using plugin::cds::asPlainQuote;
using plugin::cds::isSameLanguage;
using plugin::cds::languageName;
using plugin::cds::shorten;

namespace {

std::size_t codePoints(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
    }));
}

std::string repeated(const std::string& text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) result += text;
    return result;
}

}  // namespace

TEST_CASE("card text: words are cut between words", "[cds]") {
    CHECK(shorten("I want to see the sea.", 30) == "I want to see the sea.");
    CHECK(shorten("I want to see the sea again", 21) == "I want to see the…");
    CHECK(shorten("Donaudampfschifffahrtsgesellschaft", 10) == "Donaudamp…");
    CHECK(shorten("ab Donaudampfschifffahrt", 20) == "ab Donaudampfschiff…");
}

TEST_CASE("card text: what is one character to the eye is not cut in the middle", "[cds]") {
    const auto [whole, name] = GENERATE(table<std::string, std::string>({
        {"e\u0301", "combining accent"},
        {"👩🏽‍⚕️", "joined emoji with a skin tone"},
        {"👨‍👩‍👧‍👦", "family"},
        {"🇳🇴", "flag"},
        {"❤️", "variation selector"},
        {"1️⃣", "keycap"},
        {"क्षि", "Devanagari"},
        {"કિ", "Gujarati"},
        {"కు", "Telugu"},
        {"ഭാ", "Malayalam"},
        {"สี่", "Thai"},
        {"שָׁ", "Hebrew points"},
        {"بَّ", "Arabic vowel signs"},
        {"ខ្មែ", "Khmer"},
    }));
    INFO(name);

    for (std::size_t limit = 2; limit < 40; ++limit) {
        const auto text = shorten(repeated(whole, 50), limit);
        INFO(limit << " " << text);
        REQUIRE(text.ends_with("…"));
        const auto kept = text.substr(0, text.size() - std::string("…").size());
        CHECK(kept.size() % whole.size() == 0);
        CHECK(codePoints(text) <= limit);
    }
}

TEST_CASE("card text: flags are kept whole beside other words too", "[cds]") {
    CHECK(shorten("x🇳🇴🇸🇪🇩🇰", 5) == "x🇳🇴…");
    CHECK(shorten("x🇳🇴🇸🇪🇩🇰", 6) == "x🇳🇴🇸🇪…");
}

TEST_CASE("card text: a summary is one line, without what steers text", "[cds]") {
    CHECK(shorten("  one\r\n\r\ntwo\tthree\u2028four\u2029five\v\fsix\u0085 ", 139) ==
          "one two three four five six");
    CHECK(shorten("safe \u202egnirts\u2066 x\u2069", 139) == "safe gnirts x");
    CHECK(shorten("bell\a and null\x01 end", 139) == "bell and null end");
    CHECK(shorten("", 139) == "");
    CHECK(shorten(" \n ", 139) == "");
}

TEST_CASE("card text: hostile words come out as the words that they are", "[cds]") {
    const std::string words =
        GENERATE("<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
                 "[click](https://evil.example)", "![x](https://evil.example/x.png)",
                 "https://evil.example www.evil.example", "me@evil.example",
                 "**bold** _so_ `code` ~~gone~~", "&lt;b&gt; &#60;", "| a | b |", "back\\slash");

    const auto quote = asMarkdownQuote(words);

    INFO(quote);
    // GFM 6.1: a backslash before ASCII punctuation shows the punctuation.
    std::string unescaped, bare;
    for (std::size_t i = 0; i < quote.size(); ++i) {
        if (quote[i] == '\\')
            ++i;
        else
            bare += quote[i];
        unescaped += quote[i];
    }
    CHECK(bare.find_first_of("\\`*_[]()#!|<>~&:@/.", 1) == std::string::npos);
    CHECK(unescaped == "> \u2068" + words + "\u2069");
}

TEST_CASE("card text: no line of the words leaves the quote or becomes a block", "[cds]") {
    const auto quote =
        asMarkdownQuote("one\n\n\n    code\r\n# heading\n- item\n1. first\n---\n> q");

    CHECK(quote ==
          "> \u2068one\u2069  \n> \u2068code\u2069  \n> \u2068\\# heading\u2069  \n> \u2068\\- "
          "item\u2069  \n> \u20681\\. first\u2069  \n> \u2068\\-\\-\\-\u2069  \n> \u2068\\> "
          "q\u2069");
    CHECK(asMarkdownQuote("a \u202eb\u2069 c") == "> \u2068a b c\u2069");
}

TEST_CASE("card text: HTML and plain text hold the words and nothing that acts", "[cds]") {
    const std::string words = "<b onclick='x()'>\"home\" & \u202eback\n\nsoon</b>";

    CHECK(asHtmlQuote(words) ==
          "<blockquote dir=\"auto\">\u2068&lt;b onclick=&#39;x()&#39;&gt;&quot;home&quot; &amp; "
          "back\u2069<br>\u2068soon&lt;/b&gt;\u2069</blockquote>");
    CHECK(asPlainQuote(words) ==
          "\u201c\u2068<b onclick='x()'>\"home\" & back\u2069\n\u2068soon</b>\u2069\u201d");
}

TEST_CASE("card text: a language has a name, and its regions are one language", "[cds]") {
    CHECK(languageName("nb", "en") == "Norwegian Bokmål");
    CHECK(languageName("pt-BR", "en") == "Portuguese");
    CHECK(languageName("ar", "en") == "Arabic");
    CHECK(languageName("de", "de") == "Deutsch");
    CHECK(languageName("not a tag", "en") == "not a tag");
    CHECK(isSameLanguage("en-GB", "en"));
    CHECK(isSameLanguage("zh-Hant-TW", "zh-CN"));
    CHECK_FALSE(isSameLanguage("en", "fr"));
    CHECK_FALSE(isSameLanguage("", ""));
}

}  // namespace card_text_test
