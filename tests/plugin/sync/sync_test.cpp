#include "plugin/sync/sync.h"

#include <atomic>
#include <thread>

#include "tests/support/gate.h"
#include "tests/support/hospital_fixture.h"
#include "tests/support/store_fixture.h"
#include "tests/support/thrown.h"

namespace sync_test {

using namespace std::chrono_literals;
using fhir::ErrorKind;
using plugin::sync::Sync;
using plugin::sync::Unit;
using test::thrown;

namespace {

/// An EHR whose answers a test may hold back.
struct Ehr {
    Ehr() {
        hospital.wire().handler = [this](const auto& request) {
            gate.pass();
            if (isDown) return test::answer(503);
            if (request.url.path.ends_with("/Location/ward-7")) ++readings;
            return hospital.real(request);
        };
    }
    Unit unit(const std::string& connection, const std::string& id = "ward-7", int atOnce = 2) {
        return {connection, id,     {"encounter-search", "Location/ward-7"},
                3600s,      atOnce, &hospital.adapter()};
    }
    test::Hospital hospital{2};
    test::Gate gate;
    std::atomic<bool> isDown = false;
    std::atomic<int> readings = 0;  ///< of the unit, that were begun
};

/// A Sync that runs until the test ends.
struct Running {
    explicit Running(Sync& sync)
        : thread([&sync](const std::stop_token& stop) { sync.run(stop); }) {}
    std::jthread thread;
};

}  // namespace

TEST_CASE("sync: an EHR that does not answer holds up no other", "[sync]") {
    test::Store store;
    const plugin::store::WardTable table(store.database);
    Ehr slow;
    Ehr quick;
    slow.gate.close();
    Sync sync(store.database, {slow.unit("slow", "a"), slow.unit("slow", "b"),
                               slow.unit("slow", "c"), quick.unit("quick", "d")});
    const Running running(sync);

    CHECK(test::soon([&] { return table.state("quick", "d").readAt.has_value(); }));
    CHECK(test::soon([&] { return slow.gate.waiting() == 2; }));  // of three: two at once
    CHECK_FALSE(table.state("slow", "a").readAt);

    slow.gate.open();
    for (const char* unit : {"a", "b", "c"})
        CHECK(test::soon([&] { return table.state("slow", unit).readAt.has_value(); }));
}

TEST_CASE("sync: a unit that is asked for while it is read is read once more, alone", "[sync]") {
    test::Store store;
    Ehr ehr;
    ehr.gate.close();
    Sync sync(store.database, {ehr.unit("general")});
    const Running running(sync);
    REQUIRE(test::soon([&] { return ehr.gate.waiting() == 1; }));

    sync.request("general", "ward-7");
    sync.request("general", "ward-7");
    std::thread now([&] { sync.readUnit("general", "ward-7"); });

    CHECK(ehr.gate.waiting() == 1);
    ehr.gate.open();
    now.join();
    CHECK(test::soon([&] { return ehr.readings >= 2; }));
}

TEST_CASE("sync: a read that fails leaves the rows and says why", "[sync]") {
    test::Store store;
    const plugin::store::WardTable table(store.database);
    Ehr ehr;
    Sync sync(store.database, {ehr.unit("general")});
    sync.readUnit("general", "ward-7");
    const auto before = table.rows("general", "ward-7").size();

    ehr.isDown = true;

    CHECK(thrown([&] { sync.readUnit("general", "ward-7"); }).kind() == ErrorKind::Unavailable);
    CHECK(table.state("general", "ward-7").fault != "");
    CHECK(table.rows("general", "ward-7").size() == before);
    CHECK(before == 2);
    CHECK(thrown([&] { sync.readUnit("general", "ward-9"); }).kind() == ErrorKind::NotFound);
}

TEST_CASE("sync: a stop ends a read without a trace", "[sync]") {
    test::Store store;
    Ehr ehr;
    ehr.gate.close();
    Sync sync(store.database, {ehr.unit("general")});
    {
        Running running(sync);
        REQUIRE(test::soon([&] { return ehr.gate.waiting() == 1; }));
        running.thread.request_stop();
        ehr.isDown = true;
        ehr.gate.open();
    }

    CHECK(plugin::store::WardTable(store.database).state("general", "ward-7").fault.empty());
}

TEST_CASE("sync: of two instances one reads a unit at a time", "[sync]") {
    test::Store store;
    const plugin::store::WardTable table(store.database);
    Ehr ehr;
    ehr.gate.close();
    Sync first(store.database, {ehr.unit("general")});
    Sync second(store.database, {ehr.unit("general")});
    const Running runningFirst(first);
    const Running runningSecond(second);
    REQUIRE(test::soon([&] { return ehr.gate.waiting() == 1; }));

    second.request("general", "ward-7");
    first.request("general", "ward-7");
    CHECK(ehr.gate.waiting() == 1);
    ehr.gate.open();

    CHECK(test::soon([&] { return table.state("general", "ward-7").readAt.has_value(); }));
    CHECK(test::soon([&] { return ehr.readings >= 2; }));  // what was asked for meanwhile
}

TEST_CASE("sync: what another instance has read is not read again before it is due", "[sync]") {
    test::Store store;
    Ehr ehr;
    Sync first(store.database, {ehr.unit("general")});
    first.readUnit("general", "ward-7");
    Ehr other;
    Sync second(store.database, {other.unit("general"), other.unit("general", "ward-8")});
    const plugin::store::WardTable table(store.database);
    {
        const Running running(second);
        REQUIRE(test::soon([&] { return table.state("general", "ward-8").readAt.has_value(); }));
    }

    CHECK(ehr.readings == 1);
    CHECK(other.readings == 1);  // ward-8 alone: the hour of ward-7 is not over
}

TEST_CASE("sync: an instance that stood still for longer than its lease writes nothing", "[sync]") {
    test::Store store;
    const plugin::store::WardTable table(store.database);
    std::atomic<int> minutes = 0;
    Sync::Options options;
    options.clock.now = [&] { return test::kNow + std::chrono::minutes(minutes.load()); };
    Ehr still;
    Ehr ehr;
    still.gate.close();
    Sync stopped(store.database, {still.unit("general")}, options);
    Sync other(store.database, {ehr.unit("general")}, options);
    std::thread reading([&] { stopped.readUnit("general", "ward-7"); });
    REQUIRE(test::soon([&] { return still.gate.waiting() == 1; }));
    CHECK(thrown([&] { other.readUnit("general", "ward-7"); }).kind() == ErrorKind::Conflict);

    minutes = 2;
    other.readUnit("general", "ward-7");
    const auto version = table.state("general", "ward-7").version;
    still.gate.open();
    reading.join();

    CHECK(table.state("general", "ward-7").version == version);
    CHECK(table.state("general", "ward-7").readAt == test::kNow + 2min);
}

namespace {

/// A Sync that runs and hears what is changed, as in a service.
struct Hearing {
    Hearing(test::Store& store, std::vector<Unit> units)
        : database(store.database), sync(database, std::move(units), {.rest = 0s}), running(sync) {
        database.listen([this](const plugin::store::Change& change) {
            isListening = true;
            sync.heard(change);
        });
        // On PostgreSQL nothing is heard before it is said that something may have been missed.
        if (database.engine() == test::Engine::PostgreSql)
            REQUIRE(test::soon([this] { return isListening.load(); }));
    }
    ~Hearing() { database.listen({}); }
    Hearing(const Hearing&) = delete;
    Hearing& operator=(const Hearing&) = delete;

    plugin::store::Database& database;
    std::atomic<bool> isListening = false;
    Sync sync;
    Running running;
};

}  // namespace

TEST_CASE("sync: a unit that is wanted is read long before it is due", "[sync]") {
    test::Store store;
    const plugin::store::WardTable table(store.database);
    Ehr ehr;
    Hearing hearing(store, {ehr.unit("general")});
    REQUIRE(test::soon([&] { return table.state("general", "ward-7").readAt.has_value(); }));
    const int before = ehr.readings;

    hearing.sync.want("general", std::set<std::string>{"ward-7"});
    CHECK(test::soon([&] { return ehr.readings == before + 1; }));

    hearing.sync.want("general");
    CHECK(test::soon([&] { return ehr.readings == before + 2; }));
}

TEST_CASE("sync: what is wanted a hundred times while a unit is read is read once more", "[sync]") {
    test::Store store;
    Ehr ehr;
    ehr.gate.close();
    Hearing hearing(store, {ehr.unit("general")});
    REQUIRE(test::soon([&] { return ehr.gate.waiting() == 1; }));

    for (int i = 0; i < 100; ++i) hearing.sync.want("general");
    ehr.gate.open();

    CHECK(test::soon([&] { return ehr.readings == 2; }));
    hearing.running.thread.request_stop();
    hearing.running.thread.join();
    CHECK(ehr.readings == 2);
}

TEST_CASE("sync: who left a unit that was wanted is looked for on the others", "[sync]") {
    test::Store store;
    plugin::store::WardTable table(store.database);
    Ehr ehr;
    Ehr elsewhere;
    Hearing hearing(store, {ehr.unit("general", "ward-7"), ehr.unit("general", "ward-8"),
                            elsewhere.unit("other")});
    const auto isRead = [&](const char* connection, const char* unit) {
        return table.state(connection, unit).readAt.has_value();
    };
    REQUIRE(test::soon([&] {
        return isRead("general", "ward-7") && isRead("general", "ward-8") &&
               isRead("other", "ward-7");
    }));
    // As if one had been there who has left since: both units list the same ward.
    auto rows = table.rows("general", "ward-7");
    REQUIRE(rows.size() == 2);
    auto gone = rows.front();
    gone.encounter = "gone";
    rows.push_back(gone);
    table.replace("general", "ward-7", rows, std::chrono::system_clock::now(), {});
    const int before = ehr.readings;
    const int beforeElsewhere = elsewhere.readings;

    hearing.sync.want("general", std::set<std::string>{"ward-7"});

    CHECK(test::soon([&] { return ehr.readings == before + 2; }));
    CHECK(table.rows("general", "ward-7").size() == 2);
    CHECK(elsewhere.readings == beforeElsewhere);
}

}  // namespace sync_test
