#include "plugin/cds/card.h"

#include "tests/plugin/domain/statement_support.h"
#include "tests/support/json_at.h"

using plugin::cds::asMarkdownQuote;
using plugin::cds::cardJson;
using plugin::cds::shorten;
using plugin::domain::Statement;
using plugin::domain::Summary;
using test::kToday;
using tests::at;

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

std::string cardOf(const Statement& statement,
                   std::optional<fhir::Instant> heldFrom = std::nullopt) {
    const std::vector<Statement> all{statement};
    const auto summary = plugin::domain::summarise(all, {}, {}, kToday);
    return cardJson(summary, kToday, heldFrom).value_or("");
}

Statement saying(const std::string& text) {
    auto statement = test::statement();
    statement.text = text;
    return statement;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("card: a summary has at most 139 characters, whatever they are made of", "[cds]") {
    const auto unit = GENERATE("a", "é", "孫", "🙂", "word ", "ab\u0301", "क्षि",
                               "👩🏽‍⚕️ ", "🇳🇴", "ยิ้ม");
    const auto exact = repeated("x", 139);

    const auto summary = at(cardOf(saying(repeated(unit, 400))), "/summary");

    INFO(summary);
    CHECK(codePoints(summary) <= 139);
    CHECK(codePoints(summary) > 100);
    CHECK(summary.ends_with("…"));
    CHECK(at(cardOf(saying(exact)), "/summary") == exact);
    CHECK(codePoints(at(cardOf(saying(exact + "x")), "/summary")) == 139);
}

TEST_CASE("card: words are cut between words", "[cds]") {
    CHECK(shorten("I want to see the sea.", 30) == "I want to see the sea.");
    CHECK(shorten("I want to see the sea again", 21) == "I want to see the…");
    CHECK(shorten("Donaudampfschifffahrtsgesellschaft", 10) == "Donaudamp…");
    CHECK(shorten("ab Donaudampfschifffahrt", 20) == "ab Donaudampfschiff…");
}

TEST_CASE("card: what is one character to the eye is not cut in the middle", "[cds]") {
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

TEST_CASE("card: flags are kept whole beside other words too", "[cds]") {
    CHECK(shorten("x🇳🇴🇸🇪🇩🇰", 5) == "x🇳🇴…");
    CHECK(shorten("x🇳🇴🇸🇪🇩🇰", 6) == "x🇳🇴🇸🇪…");
}

TEST_CASE("card: a summary is one line, without what steers text", "[cds]") {
    CHECK(shorten("  one\r\n\r\ntwo\tthree\u2028four\u2029five\v\fsix\u0085 ", 139) ==
          "one two three four five six");
    CHECK(shorten("safe \u202egnirts\u2066 x\u2069", 139) == "safe gnirts x");
    CHECK(shorten("bell\a and null\x01 end", 139) == "bell and null end");
    CHECK(shorten("", 139) == "");
    CHECK(shorten(" \n ", 139) == "");
}

TEST_CASE("card: hostile words come out as the words that they are", "[cds]") {
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

TEST_CASE("card: no line of the words leaves the quote or becomes a block", "[cds]") {
    const auto quote =
        asMarkdownQuote("one\n\n\n    code\r\n# heading\n- item\n1. first\n---\n> q");

    CHECK(quote ==
          "> \u2068one\u2069  \n> \u2068code\u2069  \n> \u2068\\# heading\u2069  \n> \u2068\\- "
          "item\u2069  \n> \u20681\\. first\u2069  \n> \u2068\\-\\-\\-\u2069  \n> \u2068\\> "
          "q\u2069");
    CHECK(asMarkdownQuote("a \u202eb\u2069 c") == "> \u2068a b c\u2069");
}

TEST_CASE("card: says whose words they are, when they were said and how far they hold", "[cds]") {
    auto statement = saying("Je veux rentrer.");
    statement.said = test::time("2026-03-05T08:15:00Z");
    statement.speaker = plugin::domain::Speaker::RelatedPerson;
    statement.speakerName = "Chidi <b>Okonkwo</b>";
    statement.language = "fr";

    const auto card = cardOf(statement);

    CHECK(at(card, "/summary") == "Je veux rentrer.");
    CHECK(at(card, "/indicator") == "info");
    CHECK(at(card, "/source/label") == "What Matters");
    const auto detail = at(card, "/detail");
    CHECK(detail.starts_with("**What matters most now**\n\n> \u2068Je veux rentrer\\.\u2069\n\n"));
    CHECK(has(detail, "Said 2 days ago by Chidi \\<b\\>Okonkwo\\<\\/b\\>, for the patient."));
    CHECK(has(detail, "In their own language (fr)."));
    CHECK(has(detail, "Not orders, not an advance directive."));
    CHECK_FALSE(has(detail, "could not be read"));
}

TEST_CASE("card: says when the chart was not read for it", "[cds]") {
    const auto detail =
        at(cardOf(saying("x"), test::time("2026-03-07T06:15:00Z").latest()), "/detail");

    CHECK(has(detail, "The chart could not be read in time; this was known 2 hours ago."));
}

TEST_CASE("card: what is kept to the care team is said to be there, and no more", "[cds]") {
    auto statement = saying("Only for those who care for me.");
    statement.keepToTeam = true;

    const auto card = cardOf(statement);

    CHECK_FALSE(has(card, "Only for"));
    CHECK(has(at(card, "/summary"), "kept to the care team"));
    CHECK(codePoints(at(card, "/summary")) <= 139);
}

TEST_CASE("card: where nothing was said there is none", "[cds]") {
    auto declined = saying("");
    declined.absent = plugin::domain::Absent::AskedDeclined;
    auto retracted = saying("x");
    retracted.retracted = true;

    CHECK(cardOf(declined) == "");
    CHECK(cardOf(retracted) == "");
    CHECK_FALSE(cardJson(Summary{}, kToday, {}));
}
