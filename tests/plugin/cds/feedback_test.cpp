#include "plugin/cds/feedback.h"

#include "fhir/r4/date_time.h"
#include "plugin/cds/card.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/text.h"
#include "tests/support/thrown.h"

namespace feedback_test {

using plugin::cds::CardIds;
using plugin::cds::CardKind;

namespace {

struct World {
    test::TemporaryFolder folder;
    plugin::store::Database database{folder.file()};
    CardIds ids{database.vault()};
    std::string card = ids.make(
        "general",
        {0, CardKind::WordsAndAsk, ids.stay("general", "Practitioner/1", "patient-1", "stay-1")});

    plugin::cds::Feedback read(const std::string& reports) const {
        const auto document = fhir::json::Document::parse(R"({"feedback":)" + reports + "}");
        return plugin::cds::readFeedback(document.root(), ids, "general", "what-matters");
    }
    std::string report(const std::string& outcome, const std::string& more = {}) const {
        return R"({"card":")" + card + R"(","outcome":")" + outcome +
               R"(","outcomeTimestamp":"2026-03-07T08:15:00Z")" + more + "}";
    }
};

std::string reason(const std::string& code,
                   const std::string& system = std::string(plugin::cds::kOverrideReasonSystem)) {
    return R"(,"overrideReason":{"reason":{"code":")" + code + R"(","system":")" + system +
           R"("},"userComment":"Zinnober"})";
}

}  // namespace

TEST_CASE("feedback: says what became of a card, and of which kind it was", "[cds]") {
    const World world;

    const auto found = world.read("[" + world.report("overridden", reason("not-now")) + "]");

    REQUIRE(found.known.size() == 1);
    const auto& one = found.known.front();
    CHECK(one.connection == "general");
    CHECK(one.card == world.card);
    CHECK(one.service == "what-matters");
    CHECK(one.kind == "words-and-ask");
    CHECK(one.outcome == "overridden");
    CHECK(one.reason == "not-now");
    CHECK(found.overridden ==
          std::vector{world.ids.stay("general", "Practitioner/1", "patient-1", "stay-1")});
    CHECK(found.unknown == 0);
}

// FirelyTeam/spark#69 and others: servers that write times without a zone.
TEST_CASE("feedback: a time without a zone is one of UTC", "[cds]") {
    const World world;

    const auto found =
        world.read("[" + test::changed(world.report("accepted"), "08:15:00Z", "08:15:00") + "]");

    REQUIRE(found.known.size() == 1);
    CHECK(found.known.front().at == fhir::DateTime::parse("2026-03-07T08:15:00Z").earliest());
}

TEST_CASE("feedback: a reason is one of ours or other; a comment is not kept", "[cds]") {
    const World world;
    const auto [more, expected] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {reason("known"), "known"},
        {reason("known", "http://other.example"), "other"},
        {reason("made-up"), "other"},
        {R"(,"overrideReason":{"userComment":"Zinnober"})", "other"},
        {R"(,"overrideReason":{})", ""},
    }));

    const auto found = world.read("[" + world.report("overridden", more) + "]");

    REQUIRE(found.known.size() == 1);
    CHECK(found.known.front().reason == expected);
}

TEST_CASE("feedback: an accepted card silences nobody", "[cds]") {
    const World world;

    const auto found =
        world.read("[" + world.report("accepted", R"(,"acceptedSuggestions":[{"id":"x"}])") + "]");

    CHECK(found.known.size() == 1);
    CHECK(found.overridden.empty());
}

TEST_CASE("feedback: unknown cards are counted and no more", "[cds]") {
    const World world;
    auto other = world.report("overridden");
    other.replace(other.find(world.card), world.card.size(),
                  "4ee04c70-0c7e-4f1c-9d55-7f4f3f9f2a10");

    const auto found = world.read("[" + other + "," + world.report("accepted") + "]");

    CHECK(found.unknown == 1);
    CHECK(found.known.size() == 1);
    CHECK(found.overridden.empty());
}

TEST_CASE("feedback: a report that is wrong is named, and nothing of its batch counts", "[cds]") {
    const World world;
    const auto [text, path] = GENERATE(table<std::string, std::string>({
        {"{}", "/feedback"},
        {"[]", "/feedback"},
        {"[7]", "/feedback/0"},
        {R"([{"outcome":"accepted"}])", "/feedback/0"},
        {R"([{"card":"x","outcome":"accepted","outcomeTimestamp":"2026-03-07T08:15:00Z"},)"
         R"({"card":"x","outcome":"ignored","outcomeTimestamp":"2026-03-07T08:15:00Z"}])",
         "/feedback/1/outcome"},
        {R"([{"card":"x","outcome":"accepted"}])", "/feedback/0"},
        {R"([{"card":"x","outcome":"accepted","outcomeTimestamp":"soon"}])",
         "/feedback/0/outcomeTimestamp"},
        {R"([{"card":"x","outcome":"accepted","outcomeTimestamp":"2026-03-07T08:15:00Z",)"
         R"("acceptedSuggestions":[{}]}])",
         "/feedback/0/acceptedSuggestions/0"},
        {R"([{"card":"x","outcome":"overridden","outcomeTimestamp":"2026-03-07T08:15:00Z",)"
         R"("overrideReason":{"reason":{"code":"known"}}}])",
         "/feedback/0/overrideReason/reason"},
    }));

    const auto error = test::thrown([&, &reports = text] { world.read(reports); });

    CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
    INFO(text);
    CHECK(error.path().starts_with(path));
}

TEST_CASE("feedback: a batch has a limit", "[cds]") {
    const World world;
    std::string reports;
    for (int i = 0; i < 1001; ++i) reports += (i == 0 ? "" : ",") + world.report("accepted");

    const auto error = test::thrown([&] { world.read("[" + reports + "]"); });

    CHECK(std::string(error.what()).find("1000") != std::string::npos);
}

}  // namespace feedback_test
