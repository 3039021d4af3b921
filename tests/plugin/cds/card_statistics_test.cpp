#include "plugin/cds/card_statistics.h"

namespace card_statistics_test {

using plugin::cds::CardCount;
using plugin::cds::cardStatistics;

namespace {

CardCount count(const char* kind, const char* outcome, std::int64_t cards,
                const char* reason = "") {
    return {"general", "what-matters", kind, outcome, reason, cards};
}

}  // namespace

TEST_CASE("usefulness: sums what became of each kind of card", "[cds]") {
    const auto kinds = cardStatistics({count("words", "shown", 300), count("words", "accepted", 2),
                                       count("words", "overridden", 20, "known"),
                                       count("words", "overridden", 10), count("ask", "shown", 5)});

    REQUIRE(kinds.size() == 2);
    CHECK(kinds[0].kind == "ask");
    CHECK(kinds[0].advice == "too few to say");
    CHECK(kinds[1].shown == 300);
    CHECK(kinds[1].accepted == 2);
    CHECK(kinds[1].overridden == 30);
    CHECK(kinds[1].reasons == std::map<std::string, std::int64_t>{{"", 10}, {"known", 20}});
    CHECK(kinds[1].advice == "keep");
}

TEST_CASE("usefulness: a card that half of its readers put aside is to be retired", "[cds]") {
    const auto [shown, overridden, advice] =
        GENERATE(table<std::int64_t, std::int64_t, std::string>({
            {99, 99, "too few to say"},
            {100, 49, "keep"},
            {100, 50, "consider retiring"},
            {1000, 999, "consider retiring"},
        }));

    const auto kinds =
        cardStatistics({count("words", "shown", shown), count("words", "overridden", overridden)});

    CHECK(kinds.front().advice == advice);
}

}  // namespace card_statistics_test
