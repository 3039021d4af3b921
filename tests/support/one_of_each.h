#pragma once

#include "plugin/store/tables/companion_table.h"
#include "plugin/store/tables/statement_table.h"
#include "plugin/store/tables/ward_table.h"
#include "tests/support/store_fixture.h"

namespace test {

using namespace plugin::store;

/// One of each kind, about Zlatka who wants to dance.
inline void fill(Database& database) {
    plugin::domain::Statement statement{.id = "urn:uuid:1",
                                        .patient = "patient-zlatka",
                                        .said = fhir::DateTime::parse("2026-03-07T10:00:00Z")};
    statement.text = "Искам да танцувам";
    statement.speakerName = "Zlatka the daughter";
    statement.note = "Notiz";
    database.transaction([&](Poco::Data::Session& session) {
        StatementTable(database).insert(session, "general", statement);
    });
    auto entry = test::entry("1", "patient/patient-zlatka/now");
    entry.resource = R"({"valueString":"Искам да танцувам"})";
    test::insert(database, entry);
    test::keep(database, {.type = "Observation",
                          .id = "1",
                          .connection = "general",
                          .subject = "Patient/patient-zlatka",
                          .json = R"({"valueString":"Искам да танцувам"})",
                          .lastUpdated = test::kNoon});
    WardRow row;
    row.encounter = "stay-1";
    row.patient = "patient-zlatka";
    row.name = "Zlatka Танцьорка";
    row.statements = R"([{"valueString":"Искам да танцувам"}])";
    WardTable(database).replace("general", "ward-7", {row}, test::kNoon, {});
}

inline void checkAllIsThere(Database& database) {
    const auto said = StatementTable(database).ofPatients("general", {"patient-zlatka"});
    REQUIRE(said.size() == 1);
    CHECK(said.front().text == "Искам да танцувам");
    CHECK(said.front().note == "Notiz");
    CHECK(OutboxTable(database).find("1")->resource == R"({"valueString":"Искам да танцувам"})");
    CHECK(CompanionTable(database)
              .list({.type = "Observation", .subject = "Patient/patient-zlatka"}, 9)
              .size() == 1);
    const auto rows = WardTable(database).rows("general", "ward-7");
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().name == "Zlatka Танцьорка");
    CHECK(WardTable(database).findPatient("general", "patient-zlatka")->encounter == "stay-1");
    CHECK(WardTable(database).find("general", "ward-7", "stay-1").has_value());
}

}  // namespace test
