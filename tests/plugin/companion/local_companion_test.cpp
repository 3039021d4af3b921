#include "plugin/companion/local_companion.h"

#include "plugin/domain/statement.h"
#include "plugin/domain/team_flag.h"
#include "tests/support/statements.h"
#include "tests/support/store_fixture.h"

namespace local_companion_test {

using namespace plugin;
using namespace std::chrono_literals;
using companion::LocalCompanion;

namespace {

constexpr const char* kUuid = "6f1d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d10";

/// An entry that a sender has claimed.
store::OutboxEntry claimed(store::Database& database) {
    REQUIRE(test::insert(database, test::entry(kUuid)));
    return store::OutboxTable(database).claim(test::kNoon, 3min).value();
}

fhir::Clock clockAt(fhir::Instant now) {
    fhir::Clock clock;
    clock.now = [now] { return now; };
    return clock;
}

}  // namespace

TEST_CASE("keeper: a statement is kept with an id and its time, once", "[companion]") {
    test::Store store;
    auto statement = test::statement();
    statement.keepToTeam = true;
    const auto observation = domain::toObservation(statement);
    const auto location = std::string("Observation/") + kUuid;

    const auto entry = claimed(store.database);
    CHECK(LocalCompanion(store.database, entry, clockAt(test::kNoon)).keep(observation) ==
          location);
    CHECK(LocalCompanion(store.database, entry, clockAt(test::kToday)).keep(observation) ==
          location);

    const auto kept = store::CompanionTable(store.database).find("Observation", kUuid);
    REQUIRE(kept);
    CHECK(kept->connection == "general");
    CHECK(kept->subject == "Patient/amara-1");
    CHECK(kept->lastUpdated == test::kNoon);
    const auto document = fhir::json::Document::parse(kept->json);
    const auto read = fhir::Observation::fromJson(document.root());
    CHECK(read.id == kUuid);
    CHECK(read.meta->lastUpdated == "2026-03-07T12:00:00Z");
    CHECK(domain::fromObservation(read)->text == statement.text);
    CHECK(domain::fromObservation(read)->keepToTeam);
}

TEST_CASE("keeper: a flag is kept about a team and nobody else", "[companion]") {
    test::Store store;
    const auto entry = claimed(store.database);
    LocalCompanion companion(store.database, entry, clockAt(test::kNoon));
    auto flag = domain::toFlag({.id = std::string("urn:uuid:") + kUuid,
                                .teamName = "Ward 7 team",
                                .subject = "Organization/7",
                                .since = test::kNoon});

    CHECK(companion.keep(flag) == std::string("Flag/") + kUuid);
    CHECK(store::CompanionTable(store.database).find("Flag", kUuid)->subject == "Organization/7");

    flag.identifier.front().value = "urn:uuid:0f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a";
    flag.subject.reference = GENERATE(as<std::string>(), "Practitioner/1", "Patient/1", "");
    CHECK(test::errorKindOf([&] { companion.keep(flag); }) == fhir::ErrorKind::InvalidInput);
    CHECK(store::CompanionTable(store.database).list({.type = "Flag"}, 10).size() == 1);
}

TEST_CASE("keeper: without an identifier of ours nothing is kept", "[companion]") {
    test::Store store;
    const auto entry = claimed(store.database);
    LocalCompanion companion(store.database, entry);
    auto observation = domain::toObservation(test::statement());

    observation.identifier.front().value = "MRN 7";
    CHECK(test::errorKindOf([&] { companion.keep(observation); }) == fhir::ErrorKind::InvalidInput);
    observation.identifier.clear();
    CHECK(test::errorKindOf([&] { companion.keep(observation); }) == fhir::ErrorKind::InvalidInput);
}

TEST_CASE("keeper: who was stopped for too long keeps nothing that another may have placed",
          "[companion]") {
    test::Store store;
    store::OutboxTable table(store.database);
    const auto entry = claimed(store.database);
    LocalCompanion companion(store.database, entry);
    const auto observation = domain::toObservation(test::statement());

    SECTION("another has begun") {
        REQUIRE(table.claim(test::kNoon + 4min, 3min));
    }
    SECTION("another has found a place for it") {
        auto other = table.claim(test::kNoon + 4min, 3min);
        other->route = "observation";
        table.markDelivered(*other);
    }
    SECTION("it was taken off its way") {
        REQUIRE(table.discard(kUuid, "written by hand"));
    }

    CHECK(test::errorKindOf([&] { companion.keep(observation); }) == fhir::ErrorKind::Unavailable);
    CHECK_FALSE(store::CompanionTable(store.database).find("Observation", kUuid));
}

TEST_CASE("keeper: what was entered in error takes the place of the words", "[companion]") {
    test::Store store;
    const auto entry = claimed(store.database);
    auto statement = test::statement();
    LocalCompanion(store.database, entry, clockAt(test::kNoon))
        .keep(domain::toObservation(statement));
    statement.retracted = true;

    LocalCompanion(store.database, entry, clockAt(test::kToday))
        .keep(domain::toObservation(statement));

    const auto kept = store::CompanionTable(store.database).find("Observation", kUuid).value();
    CHECK(kept.lastUpdated == test::kToday);
    CHECK(kept.json.find(R"("status":"entered-in-error")") != std::string::npos);
}

TEST_CASE("keeper: a place in the EHR is no place here", "[companion]") {
    test::Store store;
    const auto entry = claimed(store.database);
    auto statement = test::statement();
    statement.replaces = "urn:uuid:1f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a";
    auto observation = domain::toObservation(statement);
    observation.derivedFrom.front().reference = "Observation/9";
    observation.replaces.front().reference = "Observation/9";

    LocalCompanion(store.database, entry).keep(observation);

    const auto kept = store::CompanionTable(store.database).find("Observation", kUuid).value();
    CHECK(kept.json.find("Observation/9") == std::string::npos);
    CHECK(kept.json.find("1f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a") != std::string::npos);
}

}  // namespace local_companion_test
