#include "plugin/store/tables/enterer_table.h"
#include "plugin/service/maintenance.h"

#include <Poco/Data/Session.h>

#include "plugin/store/tables/statement_table.h"
#include "tests/support/statements.h"
#include "tests/support/store_fixture.h"

namespace enterer_table_test {

using namespace Poco::Data::Keywords;
using namespace plugin::store;
using test::kNoon;

namespace {

void insert(Database& database, const std::string& id, const Enterer& enterer) {
    database.transaction([&](Poco::Data::Session& session) {
        EntererTable(database).insert(session, "general", id, enterer);
    });
}

}  // namespace

TEST_CASE("typist: who typed a statement is kept sealed, as first said", "[store]") {
    test::Store store;
    auto& database = store.database;
    insert(database, "urn:uuid:1", {"Practitioner/zlatka", "Zlatka"});
    insert(database, "urn:uuid:1", {"Practitioner/other", "Other"});
    insert(database, "urn:uuid:2", {});
    const EntererTable table(database);

    REQUIRE(table.find("general", "urn:uuid:1"));
    CHECK(table.find("general", "urn:uuid:1")->name == "Zlatka");
    CHECK(table.find("general", "urn:uuid:1")->reference == "Practitioner/zlatka");
    CHECK_FALSE(table.find("general", "urn:uuid:2"));
    CHECK_FALSE(table.find("other", "urn:uuid:1"));
    std::string onDisk;
    database.read([&](Poco::Data::Session& session) {
        session << "SELECT reference || name FROM statement_typist", into(onDisk), now;
    });
    CHECK(onDisk.find("latka") == std::string::npos);
    database.vault().makeDataKey(kNoon);
    CHECK(plugin::service::resealAll(database) == 1);
    CHECK(table.find("general", "urn:uuid:1")->name == "Zlatka");
}

TEST_CASE("typist: goes with the statement", "[store]") {
    test::Store store;
    auto& database = store.database;
    const auto statement = test::statement();
    database.transaction([&](Poco::Data::Session& session) {
        StatementTable(database).insert(session, "general", statement);
    });
    insert(database, statement.id, {"", "Zlatka"});
    insert(database, "urn:uuid:gone", {"", "Zlatka"});

    EntererTable(database).prune();

    CHECK(EntererTable(database).find("general", statement.id));
    CHECK_FALSE(EntererTable(database).find("general", "urn:uuid:gone"));
}

}  // namespace enterer_table_test
