#include "plugin/outbox/capture.h"

#include <atomic>

#include "tests/support/bedside_fixture.h"

namespace capture_test {

using namespace plugin;
using namespace std::chrono_literals;
using store::OutboxState;
using Inserted = store::StatementTable::Inserted;

namespace {

using Hospital = test::Bedside;

}  // namespace

TEST_CASE("capture: a statement and its way are one, and the same again is the same", "[outbox]") {
    Hospital hospital;
    const auto statement = test::statement();
    auto other = statement;
    other.text = "Something else.";

    CHECK(hospital.capture(statement) == Inserted::New);
    CHECK(hospital.capture(statement) == Inserted::Same);
    CHECK(hospital.capture(other) == Inserted::Different);

    CHECK(store::OutboxTable(hospital.database).list(true, 10).size() == 1);
    CHECK(hospital.entry(statement).resource.find("wedding") != std::string::npos);
}

TEST_CASE("capture: what is said at a time that nobody gave is the same a second later",
          "[outbox]") {
    Hospital hospital;
    auto statement = test::statement();
    statement.recorded = statement.said;
    auto later = statement;
    later.said = fhir::DateTime::fromInstant(statement.said.earliest() + 1s);
    auto given = later;
    later.recorded = later.said;
    REQUIRE(hospital.capture(statement) == Inserted::New);

    CHECK(hospital.capture(later) == Inserted::Same);
    CHECK(hospital.capture(given) == Inserted::Different);

    CHECK(hospital.entry(statement).resource.find(statement.said.text()) != std::string::npos);
}

TEST_CASE("capture: what was saved is not refused when it comes again and the clock was set back",
          "[outbox]") {
    Hospital hospital;
    const auto statement = test::statement();
    auto other = statement;
    other.text = "Something else.";
    auto another = statement;
    another.id = "urn:uuid:6c54c7f5-9d0b-4a52-9cf3-0d6a3f1c0a99";
    REQUIRE(hospital.capture(statement) == Inserted::New);
    hospital.now = statement.said.earliest() - 2h;

    CHECK(hospital.capture(statement) == Inserted::Same);
    for (const auto& said : {other, another}) {
        std::string path;
        try {
            hospital.capture(said);
        } catch (const fhir::Error& error) {
            path = error.path();
        }
        CHECK(path == "/said");
    }
}

TEST_CASE("capture: killed before the commit neither is there, after it both are", "[outbox]") {
    const test::TemporaryFolder folder;
    const auto statement = test::statement();

    CHECK(test::inChild([&] {
              store::Database database(folder.file());
              database.transaction([&](Poco::Data::Session& session) {
                  store::StatementTable(database).insert(session, "general", statement);
                  test::die();
              });
              return 0;
          }) == SIGKILL);
    {
        store::Database database(folder.file());
        CHECK_FALSE(store::StatementTable(database).find("general", statement.id));
    }
    CHECK(test::inChild([&] {
              store::Database database(folder.file());
              outbox::captureStatement(database, "general", statement, false, test::kToday);
              test::die();
              return 0;
          }) == SIGKILL);
    store::Database database(folder.file());
    CHECK(store::StatementTable(database).find("general", statement.id));
    CHECK(store::OutboxTable(database).find(outbox::entryId(statement.id)));
}

TEST_CASE("capture: words reach the chart once and are read back", "[outbox]") {
    Hospital hospital;
    const auto statement = hospital.spoken();
    hospital.capture(statement);

    CHECK(hospital.sender.sendOne());

    const auto receipt = hospital.entry(statement);
    CHECK(receipt.state == OutboxState::Delivered);
    CHECK(receipt.kind == store::EntryKind::Statement);
    CHECK(receipt.placement == store::Placement::Ehr);
    CHECK(receipt.route == "observation");
    CHECK(receipt.location.rfind("Observation/", 0) == 0);
    CHECK(hospital.inChart(statement) == 1);
}

TEST_CASE("capture: a success whose answer is lost is not doubled", "[outbox]") {
    const bool conditional = GENERATE(true, false);
    Hospital hospital([&](adapters::Profile& profile) { profile.conditionalCreate = conditional; });
    const auto statement = hospital.spoken();
    hospital.capture(statement);
    hospital.network.answersToLose = 1;

    CHECK(hospital.sender.sendOne());
    CHECK(hospital.entry(statement).state == OutboxState::Waiting);
    CHECK(hospital.entry(statement).mayBeThere);
    hospital.now += 1min;
    CHECK(hospital.sender.sendOne());

    CHECK(hospital.entry(statement).state == OutboxState::Delivered);
    CHECK(hospital.inChart(statement) == 1);
    CHECK(hospital.network.creates == 1);  // the second try looked first
}

TEST_CASE("capture: what no rung but ours takes is kept here, and says so", "[outbox]") {
    Hospital hospital([](adapters::Profile& profile) { profile.routes = {"flag", "companion"}; });
    const auto statement = test::statement();
    hospital.capture(statement);

    CHECK(hospital.sender.sendOne());

    const auto receipt = hospital.entry(statement);
    CHECK(receipt.placement == store::Placement::LocalCompanion);
    CHECK(receipt.route == "companion");
    CHECK(receipt.location == "Observation/" + receipt.id);
    CHECK(store::CompanionTable(hospital.database).find("Observation", receipt.id));
    CHECK(hospital.network.creates == 0);
}

TEST_CASE("capture: a flag reaches the team, and one about a person is refused", "[outbox]") {
    Hospital hospital;
    domain::TeamFlag flag{.id = "urn:uuid:0f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a",
                          .teamName = "Ward 7 team",
                          .subject = hospital.ehr.ward().teamSubject,
                          .since = test::kToday};

    CHECK(outbox::raiseFlag(hospital.database, "general", flag, hospital.now));
    CHECK_FALSE(outbox::raiseFlag(hospital.database, "general", flag, hospital.now));
    CHECK(hospital.sender.sendOne());
    const auto receipt =
        store::OutboxTable(hospital.database).find(outbox::entryId(flag.id)).value();
    CHECK(receipt.state == OutboxState::Delivered);
    CHECK(receipt.kind == store::EntryKind::Flag);
    CHECK(receipt.placement == store::Placement::Ehr);
    CHECK(receipt.route == "flag");

    flag.id = "urn:uuid:1f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a";
    flag.subject = "Practitioner/1";
    CHECK(test::errorKindOf([&] {
              outbox::raiseFlag(hospital.database, "general", flag, hospital.now);
          }) == fhir::ErrorKind::InvalidInput);
}

TEST_CASE("capture: a person as subject is a dead letter, however it got in", "[outbox]") {
    Hospital hospital;
    auto entry = test::entry("0f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a");
    entry.kind = store::EntryKind::Flag;
    entry.resourceType = "Flag";
    // Written by hand: no code of ours writes such a flag.
    entry.resource = R"({"resourceType":"Flag","status":"active","code":{"text":"strain"},)"
                     R"("identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:uuid:)" +
                     entry.id + R"("}],"subject":{"reference":"Practitioner/1"}})";
    entry.created = entry.nextAttempt = test::kToday;
    test::insert(hospital.database, entry);

    CHECK(hospital.sender.sendOne());

    CHECK(store::OutboxTable(hospital.database).find(entry.id)->state == OutboxState::Failed);
    CHECK(hospital.network.creates == 0);
}

}  // namespace capture_test
