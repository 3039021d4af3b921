#include "plugin/cds/cds_table.h"

#include "tests/support/store_fixture.h"

namespace cds_table_test {

using plugin::cds::CardFeedback;
using plugin::cds::CdsTable;
using test::kNoon;
using test::Store;
using namespace std::chrono_literals;

namespace {

CardFeedback feedback(const std::string& card, const std::string& outcome,
                      const std::string& reason = {}, std::chrono::seconds later = 0s) {
    return {"general", card, outcome, "what-matters", "words", reason, kNoon + later};
}

std::string describe(const std::vector<plugin::cds::CardCount>& counts) {
    std::string text;
    for (const auto& one : counts)
        text += one.kind + " " + one.outcome + (one.reason.empty() ? "" : " " + one.reason) + " " +
                std::to_string(one.cards) + "; ";
    return text;
}

}  // namespace

TEST_CASE("cds table: a stay is asked about once, by whichever instance", "[store]") {
    const test::TemporaryFolder folder;
    plugin::store::Database first(folder.file());
    plugin::store::Database second(folder.file());

    CHECK(CdsTable(first).quiet("a", kNoon));
    CHECK_FALSE(CdsTable(second).quiet("a", kNoon));
    CHECK_FALSE(CdsTable(first).quiet("a", kNoon + 1h));
    CHECK(CdsTable(second).quiet("b", kNoon));
}

TEST_CASE("cds table: a token is used once, by whichever instance, until it expires", "[store]") {
    const test::TemporaryFolder folder;
    plugin::store::Database first(folder.file());
    plugin::store::Database second(folder.file());

    CHECK(CdsTable(first).useToken("t", kNoon + 5min));
    CHECK_FALSE(CdsTable(second).useToken("t", kNoon + 5min));
    CdsTable(first).forget(kNoon + 4min, 24h);
    CHECK_FALSE(CdsTable(first).useToken("t", kNoon + 5min));
    CdsTable(first).forget(kNoon + 6min, 24h);
    CHECK(CdsTable(first).useToken("t", kNoon + 9min));
}

TEST_CASE("cds table: a report that is repeated counts once, and the latest counts", "[store]") {
    Store store;
    CdsTable table(store.database);
    table.addFeedback({feedback("1", "overridden", "known")}, {"stay"}, kNoon);
    table.addFeedback({feedback("1", "overridden", "known")}, {"stay"}, kNoon);
    table.addFeedback({feedback("1", "overridden", "not-now", 5s)}, {}, kNoon);
    table.addFeedback({feedback("1", "overridden", "known", 2s)}, {}, kNoon);  // came late
    table.addFeedback({feedback("1", "accepted"), feedback("2", "overridden")}, {}, kNoon);

    CHECK(describe(table.counts(kNoon - 1h)) ==
          "words accepted 1; words overridden 1; words overridden not-now 1; ");
    CHECK_FALSE(table.quiet("stay", kNoon));
}

TEST_CASE("cds table: cards are counted by day", "[store]") {
    Store store;
    CdsTable table(store.database);
    const std::int64_t today = kNoon.time_since_epoch() / 24h;
    table.addShown({{"general", "what-matters", "words", today, 3},
                    {"general", "what-matters", "ask", today, 1}});
    table.addShown({{"general", "what-matters", "words", today, 4},
                    {"general", "what-matters", "words", today - 40, 100}});

    CHECK(describe(table.counts(kNoon - 24h)) == "ask shown 1; words shown 7; ");
    CHECK(describe(table.counts(kNoon - 24h * 60)) == "ask shown 1; words shown 107; ");
}

TEST_CASE("cds table: what is old is forgotten", "[store]") {
    Store store;
    CdsTable table(store.database);
    const std::int64_t today = kNoon.time_since_epoch() / 24h;
    table.addShown({{"general", "what-matters", "words", today, 3}});
    table.addFeedback({feedback("1", "overridden")}, {"stay"}, kNoon);

    table.forget(kNoon + 24h * 9, 24h * 10);
    CHECK(table.counts(kNoon - 24h).size() == 2);
    table.forget(kNoon + 24h * 11, 24h * 10);

    CHECK(table.counts(kNoon - 24h).empty());
    CHECK(table.quiet("stay", kNoon + 24h * 11));
}

}  // namespace cds_table_test
