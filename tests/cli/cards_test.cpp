#include "tests/cli/command_line.h"

#include "plugin/cds/cds_table.h"

namespace cards_test {

using test::at;
using test::has;

namespace {

/// A site whose cards were shown and put aside today.
struct Shown {
    Shown() {
        plugin::store::Database database(site.folder().path() + "/test.db");
        plugin::cds::CdsTable table(database);
        const auto now = std::chrono::system_clock::now();
        const std::int64_t day = now.time_since_epoch() / std::chrono::hours(24);
        table.addShown({{"general", "what-matters", "words", day, 150},
                        {"general", "what-matters", "ask", day - 60, 7}});
        std::vector<plugin::cds::CardFeedback> feedback;
        for (int i = 0; i < 80; ++i)
            feedback.push_back({"general", "card-" + std::to_string(i), "overridden",
                                "what-matters", "words", i < 70 ? "known" : "", now});
        table.addFeedback(feedback, {"stay"}, now);
    }
    test::Site site{"http://127.0.0.1:9/fhir"};
};

}  // namespace

TEST_CASE("cards: says how each kind of card is doing, and which to consider retiring", "[cli]") {
    const Shown shown;

    const auto asJson = shown.site.run({"cards", "--json"});
    const auto asText = shown.site.run({"cards", "--days", "90"});

    CHECK(asJson.exit == 0);
    REQUIRE(asJson.lines().size() == 1);
    CHECK(at(asJson.out, "/kind") == "words");
    CHECK(at(asJson.out, "/shown") == "150");
    CHECK(at(asJson.out, "/overridden") == "80");
    CHECK(at(asJson.out, "/reasons/known") == "70");
    CHECK(at(asJson.out, "/reasons/none-given") == "10");
    CHECK(at(asJson.out, "/advice") == "consider retiring");
    CHECK(asText.exit == 0);
    CHECK(has(asText.out, "what-matters  ask: shown 7"));
    CHECK(has(asText.out, "put aside 80; consider retiring"));
    CHECK_FALSE(has(asText.out, "stay"));
}

TEST_CASE("cards: where none was shown it says so", "[cli]") {
    const test::Site site("http://127.0.0.1:9/fhir");

    const auto none = site.run({"cards", "--json"});

    CHECK(none.exit == 0);
    CHECK(none.out == "");
    CHECK(has(none.err, "No card was shown"));
    CHECK(site.run({"cards", "--days", "0"}).exit == 2);
}

}  // namespace cards_test
