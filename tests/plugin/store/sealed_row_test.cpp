#include "plugin/store/sealed_row.h"

#include <fstream>

#include "plugin/store/companion_table.h"
#include "plugin/store/statement_table.h"
#include "plugin/store/ward_table.h"
#include "tests/plugin/store/store_support.h"

using namespace Poco::Data::Keywords;
using namespace plugin::store;

namespace {

/// One of each kind, about Zlatka who wants to dance.
void fill(Database& database) {
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
    CompanionTable(database).keep({.type = "Observation",
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

void checkAllIsThere(Database& database) {
    const auto said = StatementTable(database).ofPatients("general", {"patient-zlatka"});
    REQUIRE(said.size() == 1);
    CHECK(said.front().text == "Искам да танцувам");
    CHECK(said.front().note == "Notiz");
    CHECK(OutboxTable(database).find("1")->resource == R"({"valueString":"Искам да танцувам"})");
    CHECK(CompanionTable(database).list("Observation", "Patient/patient-zlatka", 9, 0).size() == 1);
    const auto rows = WardTable(database).rows("general", "ward-7");
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().name == "Zlatka Танцьорка");
    CHECK(WardTable(database).findPatient("general", "patient-zlatka")->encounter == "stay-1");
    CHECK(WardTable(database).find("general", "ward-7", "stay-1").has_value());
}

}  // namespace

TEST_CASE("sealed: nothing about a patient is readable in the files of the database", "[store]") {
    test::Store store(test::Engine::Sqlite);
    fill(store.database);
    std::string bytes;
    for (const auto& file : std::filesystem::directory_iterator(store.empty.folder.path())) {
        std::ifstream stream(file.path(), std::ios::binary);
        bytes.append(std::istreambuf_iterator<char>(stream), {});
    }

    REQUIRE(bytes.find("general") != std::string::npos);  // or these are other files
    for (const auto* secret : {"танцувам", "Zlatka", "zlatka", "Танцьорка", "Notiz", "stay-1"})
        CHECK(bytes.find(secret) == std::string::npos);
}

TEST_CASE("sealed: a new data key reseals every row, and all of it is still read", "[store]") {
    test::Store store;
    auto& database = store.database;
    fill(database);
    Database other(store.empty.options);  // an instance that runs on meanwhile
    const auto id = database.vault().makeDataKey(test::kNoon);

    CHECK(database.reseal() == 4);

    CHECK(database.reseal() == 0);
    for (const auto* sql : {"SELECT words FROM statement", "SELECT resource FROM outbox",
                            "SELECT json FROM companion_resource", "SELECT data FROM ward_row"}) {
        std::string sealed;
        database.read([&](Poco::Data::Session& session) { session << sql, into(sealed), now; });
        INFO(sql);
        CHECK(Cipher::keyOf(sealed) == id);
    }
    checkAllIsThere(database);
    checkAllIsThere(other);
}

TEST_CASE("sealed: a text that was moved to another row does not open there", "[store]") {
    test::Store store;
    auto& database = store.database;
    fill(database);
    test::insert(database, test::entry("2", "patient/patient-other/now"));

    database.transaction([](Poco::Data::Session& session) {
        session << "UPDATE outbox SET resource = (SELECT resource FROM outbox WHERE id = '1') "
                   "WHERE id = '2'",
            now;
    });

    CHECK(test::errorOf([&] { OutboxTable(database).find("2"); }) == fhir::ErrorKind::Internal);
}
