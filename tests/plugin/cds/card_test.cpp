#include "plugin/cds/card.h"

#include "tests/support/json_at.h"
#include "tests/support/statements.h"

namespace card_test {

using plugin::cds::cardJson;
using plugin::cds::CardKind;
using plugin::cds::CardParts;
using plugin::cds::kindOf;
using plugin::domain::Statement;
using plugin::domain::Summary;
using test::at;
using test::kToday;

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

/// The card of one statement; `change` alters what it is made of.
std::string cardOf(const Statement& statement,
                   const std::function<void(CardParts&)>& change = nullptr,
                   const adapters::Profile& profile = {}) {
    const std::vector<Statement> all{statement};
    const auto summary = plugin::domain::summarise(all, {}, {}, kToday);
    CardParts parts{.summary = summary, .now = kToday};
    if (change) change(parts);
    return cardJson(parts, profile).value_or("");
}

Statement saying(const std::string& text) {
    auto statement = test::statement();
    statement.text = text;
    return statement;
}

/// Details without markup, which reads as it is written here.
adapters::Profile plainCards() {
    adapters::Profile profile;
    profile.cards.detail = "plain";
    return profile;
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

TEST_CASE("card: says whose words they are, when they were said and how far they hold", "[cds]") {
    auto statement = saying("Je veux rentrer.");
    statement.said = test::time("2026-03-05T08:15:00Z");
    statement.speaker = plugin::domain::Speaker::RelatedPerson;
    statement.speakerName = "Chidi <b>Okonkwo</b>";
    statement.language = "fr";

    const auto card = cardOf(statement);

    CHECK(at(card, "/summary") == "Chidi <b>Okonkwo</b>: Je veux rentrer.");
    CHECK(at(card, "/indicator") == "info");
    CHECK(at(card, "/source/label") == "What Matters");
    const auto detail = at(card, "/detail");
    CHECK(detail.starts_with("**What matters most now**\n\n> \u2068Je veux rentrer\\.\u2069\n\n"));
    CHECK(has(detail, "Said 2 days ago by Chidi \\<b\\>Okonkwo\\<\\/b\\>, for the patient."));
    CHECK(has(detail, "In their own language (French)."));
    CHECK(has(detail, "Not orders, not an advance directive."));
    CHECK_FALSE(has(detail, "could not be read"));
}

TEST_CASE("card: says when the chart was not read for it", "[cds]") {
    const auto detail = at(cardOf(saying("x"),
                                  [](CardParts& parts) {
                                      parts.heldFrom = test::time("2026-03-07T06:15:00Z").latest();
                                  }),
                           "/detail");

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
    const Summary nothing;
    CHECK_FALSE(cardJson({.summary = nothing, .now = kToday}, {}));
    CHECK_FALSE(kindOf({.summary = nothing, .now = kToday}));
}

TEST_CASE("card: a language that the clinician reads is not named", "[cds]") {
    auto statement = saying("Je veux rentrer.");
    statement.language = "fr-CA";
    const auto reads = [](std::vector<std::string> languages) {
        return [languages](CardParts& parts) { parts.readerLanguages = languages; };
    };

    CHECK(has(cardOf(statement), "In their own language"));
    CHECK(has(cardOf(statement, reads({"nb", "en"})), "In their own language (French)."));
    CHECK_FALSE(has(cardOf(statement, reads({"nb", "fr"})), "In their own language"));
    statement.language.reset();
    CHECK_FALSE(has(cardOf(statement), "In their own language"));
}

TEST_CASE("card: the nudge is a line of the same card, after the words", "[cds]") {
    const auto nudge = [](CardParts& parts) { parts.nudge = "Is there a moment?"; };
    const auto card = cardOf(saying("I want to go home."), nudge);

    CHECK(at(card, "/summary") == "I want to go home.");
    const auto detail = at(card, "/detail");
    CHECK(detail.find("I want to go home") < detail.find("Said "));
    CHECK(detail.find("Said ") < detail.find("Is there a moment?"));
}

TEST_CASE("card: where nobody asked yet the nudge alone makes a card", "[cds]") {
    const Summary nothing;
    const CardParts parts{.summary = nothing, .now = kToday, .nudge = "Is there a moment?"};

    const auto card = cardJson(parts, {}).value_or("");

    CHECK(kindOf(parts) == CardKind::Ask);
    CHECK(at(card, "/summary") == "Nobody has written down yet what matters to this person.");
    CHECK(has(at(card, "/detail"), "Is there a moment?"));
    CHECK_FALSE(has(card, "Their own words"));
}

TEST_CASE("card: where the chart could not be read it does not say that nobody wrote", "[cds]") {
    const Summary nothing;
    CardParts parts{.summary = nothing, .now = kToday};
    parts.isUnread = true;
    parts.uuid = "3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10";
    parts.launchUrl = "https://whatmatters.example/launch";

    const auto card = cardJson(parts, {}).value_or("");
    const auto known =
        at(cardOf(saying("I want to go home."), [](CardParts& one) { one.isUnread = true; }),
           "/detail");

    CHECK(kindOf(parts) == CardKind::Unread);
    CHECK(at(card, "/summary") ==
          "A part of the chart could not be read: what matters to this person may be written down "
          "there.");
    CHECK_FALSE(has(card, "Nobody"));
    CHECK_FALSE(has(card, "Their own words"));
    CHECK(at(card, "/links/0/label") == "What matters");
    CHECK(has(known, "A part of the chart could not be read: more may be written down there."));
}

TEST_CASE("card: words of anybody but the patient begin with who said them", "[cds]") {
    using plugin::domain::Speaker;
    struct Row {
        Speaker speaker;
        std::optional<std::string> name;
        const char* summary;
        const char* origin;
    };
    const auto row = GENERATE(values<Row>({
        {Speaker::Patient, {}, "She never liked noise.", "ago by the patient."},
        {Speaker::RelatedPerson, "Petra, daughter", "Petra, daughter: She never liked noise.",
         "ago by Petra, daughter, for the patient."},
        {Speaker::RelatedPerson,
         {},
         "Somebody close: She never liked noise.",
         "ago by someone close, for the patient."},
        {Speaker::Unknown, "Petra, daughter",
         "Petra, daughter, or the patient: She never liked noise.",
         "ago by Petra, daughter, or by the patient: it is not known."},
        {Speaker::Unknown,
         {},
         "Somebody, or the patient: She never liked noise.",
         "ago by someone, or by the patient: it is not known."},
    }));
    auto statement = saying("She never liked noise.");
    statement.speaker = row.speaker;
    statement.speakerName = row.name;

    const auto card = cardOf(statement, nullptr, plainCards());

    CHECK(at(card, "/summary") == row.summary);
    CHECK(has(at(card, "/detail"), row.origin));
    CHECK(has(at(card, "/detail"), "Their own words.") == (row.speaker == Speaker::Patient));
    CHECK(has(at(card, "/detail"), "Not orders, not an advance directive."));

    statement.text = repeated("word ", 100);
    statement.speakerName = repeated("Petra ", 30);
    const auto summary = at(cardOf(statement), "/summary");
    INFO(summary);
    CHECK(codePoints(summary) <= 139);
    CHECK(has(summary, "word"));
}

TEST_CASE("card: two sayings that conflict are both shown, each with who said it", "[cds]") {
    auto first = saying("I want to go home.");
    first.said = test::time("2026-03-06T08:00:00Z");
    auto second = saying("She wants to stay here.");
    second.id = "urn:uuid:0a6f9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d10";
    second.said = test::time("2026-03-06T18:00:00Z");
    second.speaker = plugin::domain::Speaker::RelatedPerson;
    second.speakerName = "Petra, daughter";
    const auto cardOfBoth = [&] {
        const std::vector<Statement> all{first, second};
        const auto summary = plugin::domain::summarise(all, {}, {}, kToday);
        REQUIRE(summary.judgement.freshness == plugin::domain::Freshness::Doubted);
        return cardJson({.summary = summary, .now = kToday}, plainCards()).value_or("");
    };

    const auto card = cardOfBoth();
    const auto detail = at(card, "/detail");

    CHECK(at(card, "/summary") ==
          "Two things were said. Petra, daughter: She wants to stay here. – The patient: I want to "
          "go home.");
    const auto places = {detail.find("She wants to stay here."),
                         detail.find("ago by Petra, daughter, for the patient."),
                         detail.find("Also said:"), detail.find("I want to go home."),
                         detail.find("ago by the patient.")};
    CHECK(std::is_sorted(places.begin(), places.end()));
    CHECK(*(places.end() - 1) != std::string::npos);
    CHECK_FALSE(has(detail, "Their own words"));

    first.keepToTeam = true;
    const auto kept = cardOfBoth();
    CHECK_FALSE(has(kept, "I want to go home"));
    CHECK(has(at(kept, "/summary"), "Two things were said."));
    CHECK(has(at(kept, "/summary"), "The patient: kept to the care team"));
    CHECK(has(at(kept, "/detail"), "Something else was said, and is kept to the care team."));

    first.keepToTeam = false;
    first.text = repeated("home ", 100);
    second.text = repeated("here ", 100);
    const auto summary = at(cardOfBoth(), "/summary");
    INFO(summary);
    CHECK(codePoints(summary) <= 139);
    CHECK(has(summary, "home"));
    CHECK(has(summary, "here"));
}

TEST_CASE("card: links to the page by a SMART launch, and says where to open it", "[cds]") {
    const auto linked = [](const char* nudge) {
        return [nudge](CardParts& parts) {
            parts.launchUrl = "https://whatmatters.example/launch";
            parts.uuid = "3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10";
            parts.nudge = nudge;
        };
    };

    const auto card = cardOf(saying("x"), linked(""));

    CHECK(at(card, "/links/0/type") == "smart");
    CHECK(at(card, "/links/0/url") == "https://whatmatters.example/launch");
    CHECK(at(card, "/links/0/label") != "");
    const auto context = at(card, "/links/0/appContext");
    CHECK(at(context, "/view") == "patient");
    CHECK(at(context, "/step") == "read");
    CHECK(at(context, "/card") == at(card, "/uuid"));
    CHECK(at(at(cardOf(saying("x"), linked("Ask?")), "/links/0/appContext"), "/step") == "ask");
    CHECK_FALSE(has(cardOf(saying("x")), "links"));
}

TEST_CASE("card: reasons to put it aside each say what they mean", "[cds]") {
    const auto card = cardOf(
        saying("x"), [](CardParts& parts) { parts.uuid = "3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10"; });

    REQUIRE(test::sizeAt(card, "/overrideReasons") == plugin::cds::overrideReasons().size());
    for (std::size_t i = 0; i < plugin::cds::overrideReasons().size(); ++i) {
        const auto reason = "/overrideReasons/" + std::to_string(i);
        CHECK(at(card, reason + "/code") != "");
        CHECK(at(card, reason + "/display") != "");
        CHECK(at(card, reason + "/system") == plugin::cds::kOverrideReasonSystem);
    }
    CHECK_FALSE(has(cardOf(saying("x")), "overrideReasons"));  // nobody would hear of them
}

TEST_CASE("card: is written as its EHR draws it", "[cds]") {
    adapters::Profile profile;
    profile.cards.detail = "html";
    profile.cards.detailExtension = "org.example.detail";
    const auto html = cardOf(saying("<i>home</i>"), nullptr, profile);
    profile.cards.detail = "plain";
    profile.cards.detailExtension = "";
    const auto plain = cardOf(saying("<i>home</i> *now*"), nullptr, profile);

    CHECK(has(at(html, "/detail"), "<blockquote dir=\"auto\">\u2068&lt;i&gt;home&lt;/i&gt;"));
    CHECK(at(html, "/extension/org.example.detail") == "text/html");
    CHECK(has(at(plain, "/detail"), "\u201c\u2068<i>home</i> *now*\u2069\u201d"));
    CHECK_FALSE(has(plain, "extension"));
}

TEST_CASE("card: Epic gets HTML, and is told so, only where the site asks for it", "[cds]") {
    constexpr const char* kExtension = "com.epic.cdshooks.card.detail.content-type";
    const auto epic = adapters::vendorProfile("epic");
    const auto asked = fhir::json::Document::parse(R"({"cards":{"detail":"html",)"
                                                   R"("detailExtension":")" +
                                                   std::string(kExtension) + R"("}})");
    const auto html = epic.with(asked.root());

    const auto card = cardOf(saying("home"), nullptr, html);
    CHECK(has(at(card, "/detail"), "<blockquote"));
    CHECK(at(card, std::string("/extension/") + kExtension) == "text/html");
    CHECK_FALSE(has(cardOf(saying("home"), nullptr, epic), "extension"));
    CHECK_FALSE(has(cardOf(saying("home"), nullptr, epic), "<blockquote"));
}

TEST_CASE("card: before a discharge it asks the plan to be held against the words", "[cds]") {
    const auto discharge = [](CardParts& parts) {
        parts.hook = plugin::cds::Hook::EncounterDischarge;
    };

    CHECK(has(cardOf(saying("x"), discharge), "Does the plan for what comes next"));
    CHECK_FALSE(has(cardOf(saying("x")), "Does the plan for what comes next"));
}

}  // namespace card_test
