#include "plugin/subscriptions/receiver.h"

#include <mutex>

#include "plugin/store/tables/ward_table.h"
#include "tests/support/gate.h"
#include "tests/support/store_fixture.h"

namespace receiver_test {

using plugin::store::WardLeaseTable;
using plugin::store::WardRow;
using plugin::store::WardTable;
using plugin::subscriptions::ChangeSet;
using test::kNoon;
using namespace std::chrono_literals;

namespace {

WardRow row(const std::string& encounter, const std::string& patient) {
    WardRow result;
    result.encounter = encounter;
    result.patient = patient;
    result.statements = "[]";
    return result;
}

plugin::sync::Unit unit(const std::string& connection, const std::string& id,
                        const std::string& source = "encounter-search") {
    plugin::sync::Unit result{.connection = connection, .id = id, .worklist = {}};
    result.worklist.source = source;
    return result;
}

/// Three units, each of them read a minute ago and not due for an hour.
struct Wards {
    Wards() {
        wards.replace("general", "ward-7", {row("e-1", "p-1")}, kNoon - 60s, {});
        wards.replace("general", "ward-8", {row("e-2", "p-2"), row("e-3", "p-1")}, kNoon - 60s, {});
        for (const char* id : {"ward-7", "ward-8", "exported"}) rest("general", id, kNoon - 55s);
        rest("other", "ward-7", kNoon - 55s);
        store.database.listen([this](const plugin::store::Change& change) {
            const std::lock_guard lock(mutex);
            heard.push_back(change);
        });
        // On PostgreSQL nothing is heard before it is said that something may have been missed.
        if (store.database.engine() == test::Engine::PostgreSql)
            REQUIRE(test::soon([this] { return changes("") == 1; }));
    }
    ~Wards() { store.database.listen({}); }
    Wards(const Wards&) = delete;
    Wards& operator=(const Wards&) = delete;

    void rest(const std::string& connection, const std::string& id, fhir::Instant until) {
        const auto lease = leases.take(connection, id, kNoon - 60s, 60s, true);
        leases.giveBack(*lease, kNoon + 1h, until);
    }
    /// The units that may be read now, of those that may not be otherwise.
    std::string wanted(fhir::Instant now = kNoon) {
        std::string units;
        for (const auto& [connection, id] :
             {std::pair("general", "ward-7"), std::pair("general", "ward-8"),
              std::pair("general", "exported"), std::pair("other", "ward-7")})
            if (leases.next(connection, id, now) <= now)
                units += std::string(connection) + "/" + id + " ";
        return units;
    }
    int changes(const std::string& topic) {
        const std::lock_guard lock(mutex);
        return static_cast<int>(
            std::count_if(heard.begin(), heard.end(),
                          [&](const plugin::store::Change& one) { return one.topic == topic; }));
    }

    test::Store store;
    WardTable wards{store.database};
    WardLeaseTable leases{store.database};
    fhir::Clock clock{.now = [] { return kNoon; }};
    plugin::sync::Sync sync{store.database,
                            {unit("general", "ward-7"), unit("general", "ward-8"),
                             unit("general", "exported", "group-export"), unit("other", "ward-7")},
                            {.clock = clock}};
    plugin::subscriptions::Receiver receiver{store.database, sync, clock};
    std::mutex mutex;
    std::vector<plugin::store::Change> heard;
};

ChangeSet ofStay(const std::string& id) {
    ChangeSet changes;
    changes.stays = {id};
    return changes;
}

ChangeSet ofPatient(const std::string& id) {
    ChangeSet changes;
    changes.patients = {id};
    return changes;
}

ChangeSet numbered(std::set<std::int64_t> events) {
    auto changes = ofPatient("p-2");
    changes.heard["Subscription/1"].events = std::move(events);
    return changes;
}

}  // namespace

TEST_CASE("receiver: a stay wants its unit, and one that nobody knows wants all",
          "[subscriptions]") {
    Wards wards;
    wards.receiver.follow("general", ofStay("e-1"));
    CHECK(wards.wanted() == "general/ward-7 ");

    wards.receiver.follow("general", ofStay("e-9"));
    CHECK(wards.wanted() == "general/ward-7 general/ward-8 ");
}

TEST_CASE("receiver: a patient wants the units where they are, and their page asks anew",
          "[subscriptions]") {
    Wards wards;
    const auto topic = plugin::store::patientTopic(wards.store.database.vault(), "general", "p-1");
    wards.receiver.follow("general", ofPatient("p-1"));

    CHECK(wards.wanted() == "general/ward-7 general/ward-8 ");
    CHECK(test::soon([&] { return wards.changes(topic) == 1; }));
}

TEST_CASE("receiver: a patient who is on no unit wants none, and their page asks anew",
          "[subscriptions]") {
    Wards wards;
    const auto topic = plugin::store::patientTopic(wards.store.database.vault(), "general", "p-9");
    wards.receiver.follow("general", ofPatient("p-9"));

    CHECK(wards.wanted() == "");
    CHECK(test::soon([&] { return wards.changes(topic) == 1; }));
}

TEST_CASE("receiver: anything wants every unit that may be read early", "[subscriptions]") {
    Wards wards;
    ChangeSet changes;
    changes.anything = true;
    wards.receiver.follow("general", changes);

    CHECK(wards.wanted() == "general/ward-7 general/ward-8 ");
}

TEST_CASE("receiver: a gap wants every unit, a repeat no more than it names", "[subscriptions]") {
    Wards wards;
    wards.receiver.follow("general", numbered({1, 2}));
    wards.receiver.follow("general", numbered({2, 3}));
    wards.receiver.follow("general", numbered({1, 2}));
    CHECK(wards.wanted() == "general/ward-8 ");

    wards.receiver.follow("general", numbered({5}));
    CHECK(wards.wanted() == "general/ward-7 general/ward-8 ");
}

TEST_CASE("receiver: a heartbeat wants nothing, but where it tells of a gap", "[subscriptions]") {
    Wards wards;
    ChangeSet heartbeat;
    heartbeat.heard["Subscription/1"].events = {4};
    wards.receiver.follow("general", heartbeat);
    wards.receiver.follow("general", heartbeat);
    CHECK(wards.wanted() == "");

    heartbeat.heard["Subscription/1"].events = {6};
    wards.receiver.follow("general", heartbeat);
    CHECK(wards.wanted() == "general/ward-7 general/ward-8 ");
}

TEST_CASE("receiver: a unit that was just read rests first", "[subscriptions]") {
    Wards wards;
    wards.rest("general", "ward-7", kNoon + 3s);
    wards.receiver.follow("general", ofStay("e-1"));

    CHECK(wards.wanted() == "");
    CHECK(wards.wanted(kNoon + 2999ms) == "");
    CHECK(wards.wanted(kNoon + 3s) == "general/ward-7 ");
}

TEST_CASE("receiver: it looks into what it has received", "[subscriptions]") {
    Wards wards;
    plugin::subscriptions::Receiver receiver(wards.store.database, wards.sync,
                                             {.now = [] { return kNoon; }});
    const std::jthread running([&](const std::stop_token& stop) { receiver.run(stop); });
    plugin::subscriptions::Notification notification;
    notification.stays = {"e-1"};

    receiver.receive("general", notification);

    CHECK(test::soon([&] { return wards.wanted() == "general/ward-7 "; }));
}

}  // namespace receiver_test
