#include "plugin/store/sealing/sealed_row.h"
#include "plugin/service/maintenance.h"

#include <fstream>

#include "tests/support/one_of_each.h"

namespace sealed_row_test {

using namespace Poco::Data::Keywords;
using namespace plugin::store;

using test::checkAllIsThere;
using test::fill;

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

    CHECK(plugin::service::resealAll(database) == 4);

    CHECK(plugin::service::resealAll(database) == 0);
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

    CHECK(test::errorKindOf([&] { OutboxTable(database).find("2"); }) == fhir::ErrorKind::Internal);
}

}  // namespace sealed_row_test
