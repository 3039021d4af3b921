#include "plugin/store/tables/ward_lease_table.h"

#include "plugin/store/tables/ward_table.h"
#include "tests/support/store_fixture.h"

namespace ward_lease_table_test {

using namespace plugin::store;
using namespace std::chrono_literals;
using test::kNoon;

namespace {

struct Leases {
    std::optional<WardLease> take(fhir::Instant now, bool evenEarly = false) {
        return table.take("general", "ward-7", now, 60s, evenEarly);
    }
    fhir::Instant next(fhir::Instant now) const { return table.next("general", "ward-7", now); }
    std::optional<fhir::Instant> want(fhir::Instant now) {
        std::optional<fhir::Instant> when;
        store.database.transaction([&](Poco::Data::Session& session) {
            when = WardLeaseTable::want(session, "general", "ward-7", now);
        });
        return when;
    }
    bool isHeld(const WardLease& lease) {
        bool held = false;
        store.database.transaction(
            [&](Poco::Data::Session& session) { held = WardLeaseTable::isHeld(session, lease); });
        return held;
    }
    test::Store store;
    WardLeaseTable table{store.database};
};

}  // namespace

TEST_CASE("ward lease: one has it, and others when it is over", "[store]") {
    Leases leases;
    const auto first = leases.take(kNoon);
    REQUIRE(first);

    CHECK_FALSE(leases.take(kNoon + 59s));
    CHECK_FALSE(leases.take(kNoon + 59s, true));
    CHECK(leases.next(kNoon + 1s) == kNoon + 60s);
    CHECK(leases.table.take("general", "ward-8", kNoon, 60s, false));
    CHECK(leases.isHeld(*first));

    const auto second = leases.take(kNoon + 60s);
    REQUIRE(second);
    CHECK_FALSE(leases.isHeld(*first));
    CHECK(leases.isHeld(*second));
}

TEST_CASE("ward lease: who lost it can neither hold it nor give it back", "[store]") {
    Leases leases;
    const auto first = leases.take(kNoon);
    const auto second = leases.take(kNoon + 60s);
    REQUIRE(first);
    REQUIRE(second);

    CHECK_FALSE(leases.table.renew(*first, kNoon + 300s));
    CHECK_FALSE(leases.table.giveBack(*first, kNoon));
    CHECK(leases.isHeld(*second));
    CHECK_FALSE(leases.take(kNoon + 119s, true));
}

TEST_CASE("ward lease: is held for longer while the reading lasts", "[store]") {
    Leases leases;
    const auto lease = leases.take(kNoon);
    REQUIRE(lease);

    CHECK(leases.table.renew(*lease, kNoon + 100s));

    CHECK_FALSE(leases.take(kNoon + 99s));
    CHECK(leases.take(kNoon + 100s));
}

TEST_CASE("ward lease: given back, the unit is due when that is said, or when it is asked for",
          "[store]") {
    Leases leases;
    const auto lease = leases.take(kNoon);
    REQUIRE(lease);
    CHECK(leases.table.giveBack(*lease, kNoon + 90s));

    CHECK_FALSE(leases.isHeld(*lease));  // it is worth nothing from here on
    CHECK_FALSE(leases.take(kNoon + 89s));
    CHECK(leases.next(kNoon + 1s) == kNoon + 90s);
    CHECK(leases.next(kNoon + 100s) == kNoon + 100s);
    const auto early = leases.take(kNoon + 1s, true);
    REQUIRE(early);
    leases.table.giveBack(*early, kNoon + 90s);
    CHECK(leases.take(kNoon + 90s));
}

TEST_CASE("ward lease: a clock that was far ahead keeps nobody from reading", "[store]") {
    Leases leases;
    REQUIRE(leases.take(kNoon + 24h * 400));

    CHECK(leases.next(kNoon) == kNoon);
    const auto lease = leases.take(kNoon);
    REQUIRE(lease);
    leases.table.giveBack(*lease, kNoon + 24h * 400);
    CHECK(leases.take(kNoon + 1s));
}

TEST_CASE("ward lease: who lost it writes nothing", "[store]") {
    Leases leases;
    WardTable wards(leases.store.database);
    const auto first = leases.take(kNoon);
    const auto second = leases.take(kNoon + 60s);
    REQUIRE(first);
    REQUIRE(second);
    WardRow old;
    old.encounter = "old";
    WardRow fresh;
    fresh.encounter = "fresh";

    CHECK(wards.replace("general", "ward-7", {fresh}, kNoon + 61s, {}, &*second) ==
          WardTable::Written::Changed);
    CHECK(wards.replace("general", "ward-7", {old}, kNoon, {}, &*first) ==
          WardTable::Written::Lost);
    CHECK(wards.recordFault("general", "ward-7", "down", &*first) == WardTable::Written::Lost);

    const auto rows = wards.rows("general", "ward-7");
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().encounter == "fresh");
    CHECK(wards.state("general", "ward-7").fault.empty());
    CHECK(wards.state("general", "ward-7").readAt == kNoon + 61s);
}

TEST_CASE("ward lease: a unit that is wanted is read before it is due, once", "[store]") {
    Leases leases;
    CHECK_FALSE(leases.want(kNoon));  // never read: it is due in any case
    leases.table.giveBack(*leases.take(kNoon), kNoon + 3600s, kNoon + 5s);
    CHECK(leases.next(kNoon + 6s) == kNoon + 3600s);

    CHECK(leases.want(kNoon + 6s) == kNoon + 6s);
    CHECK(leases.want(kNoon + 7s) == kNoon + 6s);

    CHECK(leases.next(kNoon + 6s) == kNoon + 6s);
    const auto lease = leases.take(kNoon + 7s);
    REQUIRE(lease);
    CHECK(lease->wasWanted);
    leases.table.giveBack(*lease, kNoon + 3600s, kNoon + 12s);
    CHECK(leases.next(kNoon + 12s) == kNoon + 3600s);
    CHECK_FALSE(leases.take(kNoon + 12s));
}

TEST_CASE("ward lease: what is wanted waits until the EHR has rested", "[store]") {
    Leases leases;
    leases.table.giveBack(*leases.take(kNoon), kNoon + 3600s, kNoon + 5s);

    CHECK(leases.want(kNoon + 1s) == kNoon + 5s);

    CHECK_FALSE(leases.take(kNoon + 4s));
    CHECK(leases.take(kNoon + 5s));
}

TEST_CASE("ward lease: what is wanted during a reading wants another", "[store]") {
    Leases leases;
    const auto lease = leases.take(kNoon);
    REQUIRE(lease);
    CHECK_FALSE(lease->wasWanted);
    CHECK(leases.want(kNoon + 1s) == kNoon + 1s);
    CHECK(leases.next(kNoon + 1s) == kNoon + 60s);  // the lease

    leases.table.giveBack(*lease, kNoon + 3600s, kNoon + 9s);

    CHECK(leases.next(kNoon + 2s) == kNoon + 9s);
    CHECK(leases.take(kNoon + 9s)->wasWanted);
}

TEST_CASE("ward lease: a rest that no clock of ours can have made is not kept", "[store]") {
    Leases leases;
    leases.table.giveBack(*leases.take(kNoon), kNoon + 3600s, kNoon + 1000h);

    CHECK(leases.want(kNoon + 1s) == kNoon + 1s);
}

}  // namespace ward_lease_table_test
