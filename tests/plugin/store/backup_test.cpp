#include "plugin/store/backup.h"

#include <sstream>

#include "tests/support/one_of_each.h"

namespace backup_test {

using namespace plugin::store;
using fhir::ErrorKind;
using test::errorKindOf;

namespace {

std::string backUpOf(Database& database) {
    std::ostringstream output;
    backUp(database, output);
    return output.str();
}

std::int64_t restoreFrom(Database& database, const std::string& text) {
    std::istringstream input(text);
    return restore(database, input);
}

}  // namespace

TEST_CASE("backup: what was there is there again, on either engine, and goes on", "[store]") {
    test::Store before;
    test::fill(before.database);
    const auto text = backUpOf(before.database);
    const auto other = GENERATE(test::Engine::Sqlite, test::Engine::PostgreSql);
    test::Store after(other);

    const auto rows = restoreFrom(after.database, text);

    CHECK(rows >= 7);  // one of each kind, the unit's state, two keys
    test::checkAllIsThere(after.database);
    CHECK(test::insert(after.database, test::entry("next", "patient/patient-zlatka/now")));
    CHECK(OutboxTable(after.database).claim(test::kNoon, std::chrono::seconds(60))->id == "1");
}

TEST_CASE("backup: more rows than are read at once are all there", "[store]") {
    test::Store before(GENERATE(test::Engine::Sqlite, test::Engine::PostgreSql));
    constexpr int kRows = 2'100;
    before.database.transaction([&](Poco::Data::Session& session) {
        OutboxTable outbox(before.database);
        for (int i = 0; i < kRows; ++i)
            outbox.insert(session, test::entry(std::to_string(i), std::to_string(i)));
    });
    test::Store after(test::Engine::Sqlite);

    CHECK(restoreFrom(after.database, backUpOf(before.database)) == kRows + 2);

    CHECK(OutboxTable(after.database).list(true, 10'000).size() == kRows);
}

TEST_CASE("backup: nothing about a patient can be read in it", "[store]") {
    test::Store store;
    test::fill(store.database);

    const auto text = backUpOf(store.database);

    REQUIRE(text.find("statement") != std::string::npos);
    for (const auto* secret : {"танцувам", "Zlatka", "zlatka", "Танцьорка", "Notiz", "stay-1"})
        CHECK(text.find(secret) == std::string::npos);
}

TEST_CASE("backup: half of one is refused, and nothing is changed", "[store]") {
    test::Store before;
    test::fill(before.database);
    const auto text = backUpOf(before.database);
    test::Store after;
    const auto spoilt = GENERATE_COPY(
        std::string(), text.substr(0, text.size() / 2), text.substr(0, text.rfind("{\"rows\"")),
        text.substr(text.find('\n') + 1), "{\"format\":\"other\"}\n" + text,
        text.substr(0, text.find('\n') + 1) + "{\"rows\":5}\n");

    CHECK(errorKindOf([&] { restoreFrom(after.database, spoilt); }) == ErrorKind::InvalidInput);

    CHECK(OutboxTable(after.database).list(true, 9).empty());
    CHECK(restoreFrom(after.database, text) > 0);
}

TEST_CASE("backup: it is never put over what is there", "[store]") {
    test::Store store;
    test::fill(store.database);
    const auto text = backUpOf(store.database);

    CHECK(errorKindOf([&] { restoreFrom(store.database, text); }) == ErrorKind::Conflict);

    test::checkAllIsThere(store.database);
}

TEST_CASE("backup: under another master key it is refused, and nothing is changed", "[store]") {
    test::Store before(test::Engine::Sqlite);
    const auto text = backUpOf(before.database);
    const test::TemporaryFolder folder;
    Database other(folder.file());  // with a key of its own
    std::string why;

    CHECK(errorKindOf([&] { restoreFrom(other, text); }, &why) == ErrorKind::InvalidInput);

    CHECK(why.find("master key") != std::string::npos);
    CHECK(other.vault().open(other.vault().seal("x", "y"), "y") == "x");
}

}  // namespace backup_test
