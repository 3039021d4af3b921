#include "plugin/store/tables/outbox_table.h"

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "tests/support/store_fixture.h"

namespace outbox_table_test {

using namespace plugin::store;
using namespace std::chrono_literals;
using test::entry;
using test::kNoon;

namespace {

constexpr std::chrono::seconds kLease{60};

std::string claimed(OutboxTable& table, fhir::Instant now = kNoon, const std::string& only = {}) {
    const auto taken = table.claim(now, kLease, {only, ""});
    return taken ? taken->id : "";
}

std::string ids(const std::vector<OutboxEntry>& entries) {
    std::string result;
    for (const auto& one : entries) result += one.id;
    return result;
}

struct Outbox : test::Store {
    OutboxTable table{database};
    explicit Outbox(const std::vector<OutboxEntry>& entries) {
        for (const auto& one : entries) REQUIRE(test::insert(database, one));
    }
};

}  // namespace

TEST_CASE("outbox: an entry is read back whole, and its id is taken once", "[store]") {
    auto written = entry("a");
    written.resource = R"({"valueString":"'; \u0000"})";
    written.created = kNoon + 1ms;
    written.nextAttempt = kNoon + 5s;
    Outbox outbox({written});

    CHECK_FALSE(test::insert(outbox.database, entry("a", "other")));
    const auto read = outbox.table.find("a");

    REQUIRE(read);
    CHECK(read->connection == "general");
    CHECK(read->resourceType == "Observation");
    CHECK(read->businessKey.size() == 43);  // its keyed hash
    CHECK(read->resource == written.resource);
    CHECK(read->state == OutboxState::Waiting);
    CHECK(read->attempts == 0);
    CHECK_FALSE(read->mayBeThere);
    CHECK(read->created == written.created);
    CHECK(read->waitingSince == written.created);
    CHECK(read->nextAttempt == written.nextAttempt);
    CHECK_FALSE(outbox.table.find("b"));
}

TEST_CASE("outbox: the oldest that is due is taken, once", "[store]") {
    auto later = entry("c", "3");
    later.nextAttempt = kNoon + 1ms;
    Outbox outbox({entry("b", "2"), entry("a", "1"), later});

    CHECK(claimed(outbox.table) == "b");
    CHECK(claimed(outbox.table) == "a");
    CHECK(claimed(outbox.table).empty());
    CHECK(claimed(outbox.table, kNoon + 1ms) == "c");
}

TEST_CASE("outbox: with a name no other is taken", "[store]") {
    Outbox outbox({entry("a", "1"), entry("b", "2")});

    CHECK(claimed(outbox.table, kNoon, "b") == "b");
    CHECK(claimed(outbox.table, kNoon, "b").empty());
    CHECK(claimed(outbox.table, kNoon, "x").empty());
}

TEST_CASE("outbox: the claim puts the doubt on record and gives the value from before", "[store]") {
    Outbox outbox({entry("a")});

    const auto first = outbox.table.claim(kNoon, kLease);
    REQUIRE(first);
    CHECK_FALSE(first->mayBeThere);
    CHECK(first->attempts == 1);
    CHECK(outbox.table.find("a")->mayBeThere);

    // Nobody marks it: the lease runs out.
    CHECK(claimed(outbox.table, kNoon + kLease - 1ms).empty());
    const auto second = outbox.table.claim(kNoon + kLease, kLease);
    REQUIRE(second);
    CHECK(second->mayBeThere);
    CHECK(second->attempts == 2);
}

TEST_CASE("outbox: entries of one key go in order, one at a time", "[store]") {
    Outbox outbox({entry("a"), entry("b"), entry("c", "other")});

    auto first = outbox.table.claim(kNoon, kLease);
    REQUIRE(first->id == "a");
    CHECK(claimed(outbox.table) == "c");
    CHECK(claimed(outbox.table).empty());

    first->nextAttempt = kNoon + 1h;  // it failed, and holds up the next one while it waits
    CHECK(outbox.table.markRetry(*first, false));
    CHECK(claimed(outbox.table, kNoon + 30min, "b").empty());
    first = outbox.table.claim(kNoon + 1h, kLease, {"a", ""});
    REQUIRE(first);
    outbox.table.markDelivered(*first);
    CHECK(claimed(outbox.table, kNoon + 1h, "b") == "b");
}

TEST_CASE("outbox: the same key on another connection is another key", "[store]") {
    auto elsewhere = entry("b");
    elsewhere.connection = "childrens";
    Outbox outbox({entry("a"), elsewhere});

    CHECK(claimed(outbox.table) == "a");
    CHECK(claimed(outbox.table) == "b");
}

TEST_CASE("outbox: a failed or discarded entry does not hold up newer words", "[store]") {
    Outbox outbox({entry("a"), entry("b")});
    auto first = outbox.table.claim(kNoon, kLease);
    SECTION("failed") {
        CHECK(outbox.table.markFailed(*first));
    }
    SECTION("discarded") {
        CHECK(outbox.table.discard("a", "was a mistake"));
    }

    CHECK(claimed(outbox.table) == "b");
}

TEST_CASE("outbox: an entry put back does not go while a newer of its key is on its way",
          "[store]") {
    Outbox outbox({entry("a"), entry("b")});
    outbox.table.markFailed(*outbox.table.claim(kNoon, kLease));
    const auto newer = outbox.table.claim(kNoon, kLease);
    REQUIRE(newer->id == "b");

    CHECK(outbox.table.retry("a", kNoon));
    CHECK(claimed(outbox.table).empty());
    outbox.table.markDelivered(*newer);
    CHECK(claimed(outbox.table) == "a");
}

TEST_CASE("outbox: delivered is the receipt, and it is final", "[store]") {
    Outbox outbox({entry("a")});
    auto taken = *outbox.table.claim(kNoon, kLease);
    taken.placement = Placement::Ehr;
    taken.route = "document-reference";
    taken.location = "DocumentReference/9";
    taken.remark = "the EHR cut the note";
    taken.skipped = {{"observation", "The EHR takes none."}, {"flag", "\"no\""}};
    outbox.table.markDelivered(taken);

    const auto read = *outbox.table.find("a");
    CHECK(read.state == OutboxState::Delivered);
    CHECK(read.placement == Placement::Ehr);
    CHECK(read.route == "document-reference");
    CHECK(read.location == "DocumentReference/9");
    CHECK(read.remark == "the EHR cut the note");
    REQUIRE(read.skipped.size() == 2);
    CHECK(read.skipped[0].route == "observation");
    CHECK(read.skipped[1].why == "\"no\"");
    CHECK_FALSE(read.mayBeThere);

    CHECK_FALSE(outbox.table.markRetry(taken, true));
    CHECK_FALSE(outbox.table.markFailed(taken));
    CHECK_FALSE(outbox.table.retry("a", kNoon));
    CHECK_FALSE(outbox.table.discard("a", "no"));
    CHECK(claimed(outbox.table, kNoon + 24h).empty());
    CHECK(outbox.table.find("a")->location == "DocumentReference/9");
}

TEST_CASE("outbox: a retry waits, says why, and keeps an earlier doubt", "[store]") {
    const auto [before, inDoubt, after] = GENERATE(table<bool, bool, bool>({
        {false, false, false},
        {false, true, true},
        {true, false, true},
        {true, true, true},
    }));
    auto written = entry("a");
    written.mayBeThere = before;
    Outbox outbox({written});
    auto taken = *outbox.table.claim(kNoon, kLease);
    taken.lastError = "HTTP 503";
    taken.nextAttempt = kNoon + 10s;

    CHECK(outbox.table.markRetry(taken, inDoubt));

    CHECK(outbox.table.find("a")->lastError == "HTTP 503");
    CHECK(claimed(outbox.table, kNoon + 9s).empty());
    const auto again = outbox.table.claim(kNoon + 10s, kLease);
    REQUIRE(again);
    CHECK(again->mayBeThere == after);
}

TEST_CASE("outbox: who lost the lease may not mark, unless it was delivered", "[store]") {
    Outbox outbox({entry("a")});
    auto slow = *outbox.table.claim(kNoon, kLease);
    auto other = *outbox.table.claim(kNoon + kLease, kLease);
    slow.nextAttempt = kNoon;

    CHECK_FALSE(outbox.table.markRetry(slow, false));
    CHECK_FALSE(outbox.table.markFailed(slow));
    CHECK(outbox.table.find("a")->mayBeThere);
    CHECK(claimed(outbox.table, kNoon + kLease + 1s).empty());
    slow.placement = Placement::Ehr;
    slow.location = "Observation/9";
    outbox.table.markDelivered(slow);
    other.placement = Placement::Ehr;
    other.location = "Observation/10";
    outbox.table.markDelivered(other);
    CHECK(outbox.table.find("a")->location == "Observation/9");
}

TEST_CASE("outbox: what is in the EHR after all is no longer in the companion", "[store]") {
    Outbox outbox({entry("a")});
    CompanionTable companion(outbox.database);
    auto slow = *outbox.table.claim(kNoon, kLease);
    auto other = *outbox.table.claim(kNoon + kLease, kLease);
    test::keep(outbox.database, {.type = "Observation", .id = "a", .json = "{}"});
    other.placement = Placement::LocalCompanion;
    other.route = "companion";
    other.location = "Observation/a";
    other.skipped = {{"observation", "The EHR refused it."}};
    outbox.table.markDelivered(other);
    auto late = slow;
    late.placement = Placement::LocalCompanion;
    late.route = "companion";
    outbox.table.markDelivered(late);
    REQUIRE(outbox.table.find("a")->skipped.size() == 1);
    REQUIRE(companion.find("Observation", "a"));

    slow.placement = Placement::Ehr;
    slow.route = "observation";
    slow.location = "Observation/9";
    outbox.table.markDelivered(slow);

    const auto receipt = outbox.table.find("a");
    CHECK(receipt->placement == Placement::Ehr);
    CHECK(receipt->route == "observation");
    CHECK(receipt->location == "Observation/9");
    CHECK_FALSE(companion.find("Observation", "a"));
}

TEST_CASE("outbox: a person puts a failed entry back, and its age begins anew", "[store]") {
    Outbox outbox({entry("a")});
    auto taken = *outbox.table.claim(kNoon, kLease);
    taken.lastError = "no route took it";
    outbox.table.markFailed(taken);
    CHECK(claimed(outbox.table, kNoon + 24h).empty());
    CHECK(outbox.table.find("a")->lastError == "no route took it");

    CHECK(outbox.table.retry("a", kNoon + 24h));
    const auto again = outbox.table.claim(kNoon + 24h, kLease);
    REQUIRE(again);
    CHECK(again->waitingSince == kNoon + 24h);
    CHECK(again->created == kNoon);
    CHECK_FALSE(outbox.table.retry("x", kNoon));
}

TEST_CASE("outbox: a retry makes a waiting entry due, and leaves a lease alone", "[store]") {
    auto written = entry("a");
    written.nextAttempt = kNoon + 10h;
    Outbox outbox({written});

    CHECK(outbox.table.retry("a", kNoon));
    CHECK(claimed(outbox.table) == "a");
    CHECK(outbox.table.retry("a", kNoon));
    CHECK(claimed(outbox.table).empty());
}

TEST_CASE("outbox: a discarded entry keeps its row and its why", "[store]") {
    Outbox outbox({entry("a")});

    CHECK(outbox.table.discard("a", "entered for the wrong patient"));

    const auto read = *outbox.table.find("a");
    CHECK(read.state == OutboxState::Discarded);
    CHECK(read.lastError == "entered for the wrong patient");
    CHECK_FALSE(outbox.table.discard("a", "again"));
    CHECK_FALSE(outbox.table.retry("a", kNoon));
    CHECK_FALSE(outbox.table.discard("x", "nothing there"));
}

TEST_CASE("outbox: lists are oldest first and limited", "[store]") {
    Outbox outbox({entry("d", "1"), entry("c", "2"), entry("b", "3"), entry("a", "4")});
    outbox.table.markDelivered(*outbox.table.claim(kNoon, kLease));
    outbox.table.markFailed(*outbox.table.claim(kNoon, kLease));
    outbox.table.discard("b", "why");

    CHECK(ids(outbox.table.list(false, 10)) == "ca");
    CHECK(ids(outbox.table.list(true, 10)) == "dcba");
    CHECK(ids(outbox.table.list(true, 2)) == "dc");
    CHECK(outbox.table.counts() == std::pair(1, 1));
}

TEST_CASE("outbox: a connection's entries can be taken alone", "[store]") {
    auto other = entry("b", "2");
    other.connection = "elsewhere";
    Outbox outbox({entry("a", "1"), other});

    CHECK(outbox.table.nextDue(kNoon, {"", "elsewhere"}) == kNoon);
    CHECK_FALSE(outbox.table.nextDue(kNoon, {"", "nowhere"}));
    const auto taken = outbox.table.claim(kNoon, kLease, {"", "elsewhere"});
    REQUIRE(taken);
    CHECK(taken->id == "b");
    CHECK_FALSE(outbox.table.claim(kNoon, kLease, {"", "elsewhere"}));
    CHECK(claimed(outbox.table) == "a");
}

TEST_CASE("outbox: what waits and what failed, by connection, and since when", "[store]") {
    auto older = entry("b", "2");
    older.created = kNoon - 1h;
    auto other = entry("c", "3");
    other.connection = "elsewhere";
    Outbox outbox({entry("a", "1"), older, other, entry("d", "4")});
    outbox.table.markDelivered(*outbox.table.claim(kNoon, kLease, {"d", ""}));
    outbox.table.markFailed(*outbox.table.claim(kNoon, kLease, {"c", ""}));

    const auto backlog = outbox.table.backlog();

    REQUIRE(backlog.size() == 2);
    for (const auto& pile : backlog) {
        const bool isHere = pile.connection == "general";
        CHECK(pile.state == (isHere ? OutboxState::Waiting : OutboxState::Failed));
        CHECK(pile.entries == (isHere ? 2 : 1));
        CHECK(pile.oldest == (isHere ? kNoon - 1h : kNoon));
    }
}

TEST_CASE("outbox: when the next entry can be taken", "[store]") {
    Outbox outbox({});
    CHECK_FALSE(outbox.table.nextDue(kNoon));

    auto first = entry("a");
    first.nextAttempt = kNoon + 10s;
    test::insert(outbox.database, first);
    test::insert(outbox.database, entry("b"));  // due, but behind the first
    CHECK(outbox.table.nextDue(kNoon) == kNoon + 10s);

    outbox.table.claim(kNoon + 10s, kLease);
    CHECK(outbox.table.nextDue(kNoon + 10s) == kNoon + 10s + kLease);
    outbox.table.discard("a", "why");
    CHECK(outbox.table.nextDue(kNoon + 10s) == kNoon);
}

TEST_CASE("outbox: threads and databases on one file never take the same entry", "[store]") {
    constexpr int kEntries = 60;
    Outbox outbox({});
    for (int i = 0; i < kEntries; ++i)
        test::insert(outbox.database, entry(std::to_string(i), std::to_string(i)));
    Database other(outbox.empty.options);

    std::mutex mutex;
    std::multiset<std::string> taken;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&, i] {
            OutboxTable table(i % 2 == 0 ? outbox.database : other);
            while (const auto one = table.claim(kNoon, kLease)) {
                const std::scoped_lock lock(mutex);
                taken.insert(one->id);
            }
        });
    for (auto& thread : threads) thread.join();

    CHECK(taken.size() == kEntries);
    CHECK(std::set<std::string>(taken.begin(), taken.end()).size() == kEntries);
}

TEST_CASE("outbox: a key is never taken twice at once, however many try", "[store]") {
    Outbox outbox({});
    for (int i = 0; i < 20; ++i) test::insert(outbox.database, entry(std::to_string(i)));

    std::atomic<int> atOnce = 0;
    std::atomic<bool> overlapped = false;
    std::mutex mutex;
    std::vector<int> order;
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] {
            OutboxTable table(outbox.database);
            while (outbox.table.counts().first != 0) {
                const auto one = table.claim(kNoon, kLease);
                if (!one) continue;
                if (++atOnce > 1) overlapped = true;
                {
                    const std::scoped_lock lock(mutex);
                    order.push_back(std::stoi(one->id));
                }
                --atOnce;
                table.markDelivered(*one);
            }
        });
    for (auto& thread : threads) thread.join();

    CHECK_FALSE(overlapped);
    REQUIRE(order.size() == 20);
    CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("outbox: killed after the claim, the next taker knows of the doubt", "[store]") {
    const test::TemporaryFolder folder;

    CHECK(test::inChild([&] {
              Database database(folder.file());
              test::insert(database, entry("a"));
              OutboxTable table(database);
              if (!table.claim(kNoon, kLease)) return 1;
              test::die();
              return 0;
          }) == SIGKILL);

    Database database(folder.file());
    OutboxTable table(database);
    CHECK(claimed(table, kNoon + 1s).empty());
    const auto again = table.claim(kNoon + kLease, kLease);
    REQUIRE(again);
    CHECK(again->mayBeThere);
}

TEST_CASE("outbox: what is taken back goes no further, unless it may be there", "[store]") {
    const bool mayBeThere = GENERATE(true, false);
    test::Store store;
    OutboxTable table(store.database);
    REQUIRE(test::insert(store.database, entry("a")));
    auto claimed = table.claim(kNoon, 60s).value();
    REQUIRE(table.markRetry(claimed, mayBeThere));
    auto correction = entry("b");
    correction.kind = EntryKind::Correction;
    correction.corrects = "a";

    store.database.transaction([&](Poco::Data::Session& session) {
        table.insert(session, correction);
        OutboxTable::takeBack(session, "a", "b");
    });

    CHECK(table.find("a")->correctedBy == "b");
    CHECK(table.find("b")->corrects == "a");
    CHECK(table.find("a")->state == (mayBeThere ? OutboxState::Waiting : OutboxState::Discarded));
    const auto next = table.claim(kNoon + 1h, 60s).value();
    CHECK(next.id == (mayBeThere ? "a" : "b"));  // the correction waits for what is in doubt
    CHECK(next.correctedBy == (mayBeThere ? "b" : ""));
}

TEST_CASE("outbox: what is nowhere is discarded by who has it, and a delivery undoes that",
          "[store]") {
    test::Store store;
    OutboxTable table(store.database);
    REQUIRE(test::insert(store.database, entry("a")));
    const auto stale = table.claim(kNoon, 60s).value();
    auto claimed = table.claim(kNoon + 2min, 60s).value();

    CHECK_FALSE(table.markUnsent(stale));
    CHECK(table.markUnsent(claimed));
    CHECK(table.find("a")->state == OutboxState::Discarded);
    CHECK_FALSE(table.find("a")->mayBeThere);

    claimed.placement = Placement::Ehr;
    claimed.route = "observation";
    claimed.location = "Observation/9";
    table.markDelivered(claimed);
    CHECK_FALSE(table.markUnsent(*table.find("a")));
    CHECK(table.find("a")->state == OutboxState::Delivered);
}

}  // namespace outbox_table_test
