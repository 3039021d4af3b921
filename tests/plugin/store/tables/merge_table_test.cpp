#include "plugin/store/tables/merge_table.h"
#include "plugin/service/maintenance.h"

#include <Poco/Data/Session.h>

#include "plugin/outbox/capture.h"
#include "plugin/store/tables/statement_table.h"
#include "plugin/store/tables/ward_table.h"
#include "tests/support/store_fixture.h"

namespace merge_table_test {

using namespace plugin::store;
using namespace std::chrono_literals;
using fhir::ErrorKind;
using test::kNoon;

namespace {

constexpr const char* kUuid = "6f1d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d10";

plugin::domain::Statement statement(const std::string& patient) {
    plugin::domain::Statement result{.id = std::string("urn:uuid:") + kUuid,
                                     .patient = patient,
                                     .said = fhir::DateTime::parse("2026-03-07T10:00:00Z")};
    // Whoever quotes a reference is left alone.
    result.text = R"(My number is "reference":"Patient/old", they say)";
    result.language = "en";
    return result;
}

struct Fixture {
    Fixture() {
        plugin::outbox::captureStatement(store.database, "general", statement("old"), false, kNoon);
        test::keep(store.database,
                   {.type = "Observation",
                    .id = kUuid,
                    .connection = "general",
                    .subject = "Patient/old",
                    .json = R"({"meta":{"lastUpdated":")" + fhir::toFhirInstant(kNoon) +
                            R"("},"subject":{"reference":"Patient/old"}})",
                    .lastUpdated = kNoon});
        WardRow row;
        row.encounter = "stay";
        row.patient = "old";
        WardTable(store.database).replace("general", "ward-7", {row}, kNoon, {});
    }
    std::size_t said(const std::string& patient) {
        return StatementTable(store.database).ofPatients("general", {patient}).size();
    }
    std::size_t kept(const std::string& patient) {
        return CompanionTable(store.database)
            .list({.type = "Observation", .subject = "Patient/" + patient}, 10)
            .size();
    }
    MergeTable::Moved follow(const std::string& from = "old", const std::string& to = "new") {
        return MergeTable(store.database).follow("general", from, to, kNoon + 1h);
    }
    test::Store store;
};

}  // namespace

TEST_CASE("merge: all that was said of the old record is the survivor's, once", "[store]") {
    Fixture fixture;

    const auto moved = fixture.follow();

    CHECK(moved.isNew);
    CHECK(moved.statements == 1);
    CHECK(moved.entries == 1);
    CHECK(moved.kept == 1);
    CHECK(fixture.said("old") == 0);
    REQUIRE(fixture.said("new") == 1);
    const auto said = StatementTable(fixture.store.database).ofPatients("general", {"new"});
    CHECK(said.front().patient == "new");
    CHECK(said.front().text == statement("old").text);
    CHECK(fixture.kept("old") == 0);
    REQUIRE(fixture.kept("new") == 1);
    const auto kept = CompanionTable(fixture.store.database).find("Observation", kUuid);
    CHECK(kept->json.find("Patient/new") != std::string::npos);
    CHECK(kept->json.find("Patient/old") == std::string::npos);
    CHECK(kept->json.find(fhir::toFhirInstant(kNoon + 1h)) != std::string::npos);
    CHECK(kept->lastUpdated == kNoon + 1h);
    const auto entry = OutboxTable(fixture.store.database).find(kUuid);
    CHECK(entry->resource.find(R"("reference":"Patient/new")") != std::string::npos);
    CHECK(entry->resource.find(R"("reference":"Patient/old")") == std::string::npos);
    CHECK(WardTable(fixture.store.database).rows("general", "ward-7").empty());

    const auto again = fixture.follow();

    CHECK_FALSE(again.isNew);
    CHECK(again.statements + again.entries + again.kept == 0);
    CHECK(fixture.said("new") == 1);
}

TEST_CASE("merge: what the old record has waiting stays in order with the survivor's", "[store]") {
    Fixture fixture;
    fixture.follow();
    auto later = statement("new");
    later.id = "urn:uuid:6f1d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d11";
    plugin::outbox::captureStatement(fixture.store.database, "general", later, false, kNoon);
    OutboxTable outbox(fixture.store.database);

    const auto first = outbox.claim(kNoon, 60s);

    REQUIRE(first);
    CHECK(first->id == kUuid);
    CHECK_FALSE(outbox.claim(kNoon, 60s));  // one of a patient at a time
}

TEST_CASE("merge: what is being sent is not touched", "[store]") {
    Fixture fixture;
    OutboxTable outbox(fixture.store.database);
    const auto claimed = outbox.claim(kNoon + 1h, 60s);
    REQUIRE(claimed);

    CHECK(fixture.follow().entries == 0);

    CHECK(outbox.find(kUuid)->resource == claimed->resource);
    CHECK(outbox.markRetry(*claimed, false));
    CHECK(fixture.follow().entries == 1);  // it has come back
}

TEST_CASE("merge: other patients and other EHRs are left alone", "[store]") {
    Fixture fixture;

    CHECK(fixture.follow("older", "new").statements == 0);
    CHECK(MergeTable(fixture.store.database).follow("other", "old", "new", kNoon).statements == 0);
    CHECK(fixture.said("old") == 1);
    CHECK(fixture.kept("old") == 1);
}

TEST_CASE("merge: a chain is followed to its end, and a circle is refused", "[store]") {
    Fixture fixture;
    const MergeTable merges(fixture.store.database);
    fixture.follow("old", "new");
    fixture.follow("new", "newest");

    CHECK(merges.current("general", "old") == "newest");
    CHECK(merges.current("general", "newest") == "newest");
    CHECK(merges.current("other", "old") == "old");
    CHECK(fixture.said("newest") == 1);
    CHECK(test::errorKindOf([&] { fixture.follow("newest", "old"); }) == ErrorKind::Conflict);
    CHECK(test::errorKindOf([&] { fixture.follow("old", "old"); }) == ErrorKind::Conflict);
    CHECK(fixture.said("newest") == 1);
}

TEST_CASE("merge: what is on record is sealed, and sealed anew", "[store]") {
    Fixture fixture;
    auto& database = fixture.store.database;
    fixture.follow();
    std::string survivor;
    const auto read = [&] {
        database.read([&](Poco::Data::Session& session) {
            session << "SELECT survivor FROM patient_merge", Poco::Data::Keywords::into(survivor),
                Poco::Data::Keywords::now;
        });
        return survivor;
    };
    const auto before = read();
    CHECK(before.starts_with("wm1."));

    database.vault().makeDataKey(kNoon);
    plugin::service::resealAll(database);

    CHECK(read() != before);
    CHECK(MergeTable(database).current("general", "old") == "new");
}

}  // namespace merge_table_test
