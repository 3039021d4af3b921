#include "plugin/store/tables/statement_table.h"

#include "tests/support/statements.h"
#include "tests/support/store_fixture.h"

namespace statement_table_test {

using namespace plugin;
using Inserted = store::StatementTable::Inserted;

namespace {

domain::Statement full() {
    auto statement = test::statement();
    statement.encounter = "stay-7";
    statement.aspect = domain::Aspect::HowToTalkWithMe;
    statement.text = "Speak slowly, \xE0\xA4\xA7\xE0\xA5\x80\xE0\xA4\xB0\xE0\xA5\x87.\n'; --";
    statement.language = "hi-IN";
    statement.recorded = test::time("2026-03-07T08:14:00.125Z");
    statement.speaker = domain::Speaker::RelatedPerson;
    statement.speakerName = "Meera (made up)";
    statement.speakerReference = "RelatedPerson/4";
    statement.method = domain::Method::Interpreter;
    statement.note = "in the garden";
    statement.keepToTeam = true;
    statement.retracted = true;
    statement.replaces = "urn:uuid:1f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a";
    statement.location = "Observation/9";
    return statement;
}

Inserted insert(store::Database& database, const domain::Statement& statement,
                const std::string& connection = "general") {
    auto inserted = Inserted::Different;
    database.transaction([&](Poco::Data::Session& session) {
        inserted = store::StatementTable(database).insert(session, connection, statement);
    });
    return inserted;
}

std::string shown(const domain::Statement& statement) {
    return fhir::toJsonText(domain::toObservation(statement)) + statement.id +
           statement.location.value_or("-") + (statement.retracted ? "r" : "");
}

}  // namespace

TEST_CASE("statements: what was recorded is read back whole", "[store]") {
    test::Store store;
    auto declined = test::statement();
    declined.id.back() = '1';
    declined.text.clear();
    declined.absent = domain::Absent::TempUnknown;
    declined.said = test::time("2026-03");
    const store::StatementTable table(store.database);

    for (const auto& statement : {full(), declined}) {
        CHECK(insert(store.database, statement) == Inserted::New);
        const auto found = table.find("general", statement.id);
        REQUIRE(found);
        CHECK(shown(*found) == shown(statement));
        CHECK(found->said.text() == statement.said.text());
        CHECK(found->absent == statement.absent);
    }
}

TEST_CASE("statements: one that is not there is not found", "[store]") {
    test::Store store;
    const store::StatementTable table(store.database);
    insert(store.database, full());

    CHECK_FALSE(table.find("general", "urn:uuid:other"));
    CHECK_FALSE(table.find("other", full().id));
}

TEST_CASE("statements: the same one again is the same, whenever it is sent", "[store]") {
    test::Store store;
    insert(store.database, full());
    auto again = full();
    again.recorded = test::time("2026-03-07T08:20:00Z");
    again.location = "DocumentReference/1";

    CHECK(insert(store.database, again) == Inserted::Same);
    CHECK(store::StatementTable(store.database).find("general", again.id)->location ==
          "Observation/9");
    CHECK(insert(store.database, full(), "other") == Inserted::New);
}

TEST_CASE("statements: what was taken back is the same as when it was first sent", "[store]") {
    test::Store store;
    store::StatementTable table(store.database);
    auto first = full();
    first.retracted = false;
    insert(store.database, first);
    bool isNew = false;
    bool isNewAgain = true;

    store.database.transaction([&](Poco::Data::Session& session) {
        isNew = table.retract(session, "general", first.id);
        isNewAgain = table.retract(session, "general", first.id);
    });

    CHECK(isNew);
    CHECK_FALSE(isNewAgain);
    CHECK(insert(store.database, first) == Inserted::Same);
    CHECK(table.find("general", first.id)->retracted);
}

TEST_CASE("statements: other content under the same id is different and changes nothing",
          "[store]") {
    using Change = std::function<void(domain::Statement&)>;
    const auto change = GENERATE(values<Change>({
        [](auto& s) { s.text += "!"; },
        [](auto& s) { s.patient = "other"; },
        [](auto& s) { s.encounter.reset(); },
        [](auto& s) { s.aspect = domain::Aspect::Now; },
        [](auto& s) { s.said = test::time("2026-03-06"); },
        [](auto& s) { s.language = "en"; },
        [](auto& s) { s.speaker = domain::Speaker::Patient; },
        [](auto& s) { s.speakerName.reset(); },
        [](auto& s) { s.method.reset(); },
        [](auto& s) { s.note = "elsewhere"; },
        [](auto& s) { s.keepToTeam = false; },
        [](auto& s) { s.replaces.reset(); },
    }));
    test::Store store;
    insert(store.database, full());
    auto other = full();
    change(other);

    CHECK(insert(store.database, other) == Inserted::Different);
    CHECK(shown(*store::StatementTable(store.database).find("general", other.id)) == shown(full()));
}

TEST_CASE("statements: those of the patients asked for, oldest first", "[store]") {
    test::Store store;
    const auto add = [&](char digit, const char* patient, const char* said) {
        auto statement = test::statement();
        statement.id.back() = digit;
        statement.patient = patient;
        statement.said = test::time(said);
        insert(store.database, statement);
    };
    add('1', "a", "2026-03-03");
    add('2', "b", "2026-03-01T10:00:00Z");
    add('3', "c", "2026-03-02");
    add('4', "a", "2025");
    const store::StatementTable table(store.database);

    std::string digits;
    for (const auto& statement : table.ofPatients("general", {"a", "b", "nobody"}))
        digits += statement.id.back();
    CHECK(digits == "421");
    CHECK(table.ofPatients("other", {"a"}).empty());
    CHECK(table.ofPatients("general", {}).empty());
}

}  // namespace statement_table_test
