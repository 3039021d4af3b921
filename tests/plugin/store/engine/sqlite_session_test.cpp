#include "plugin/store/engine/sqlite_session.h"

#include <Poco/Data/DataException.h>
#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Data/Statement.h>

#include <vector>

#include "tests/support/temporary_folder.h"

namespace sqlite_session_test {

using namespace Poco::Data::Keywords;

namespace {

struct Words {
    Words() {
        session << "CREATE TABLE word (number INTEGER PRIMARY KEY, text TEXT NOT NULL)", now;
        for (int i = 1; i <= 3; ++i) add(i, "apple " + std::to_string(i));
    }

    std::size_t add(int number, std::string text) {
        Poco::Data::Statement insert(session);
        insert << "INSERT INTO word (number, text) VALUES ($1, $2)", use(number), use(text);
        return insert.execute();
    }

    std::vector<std::string> after(int number) {
        std::vector<std::string> texts;
        session << "SELECT text FROM word WHERE number > $1 ORDER BY number", use(number),
            into(texts), now;
        return texts;
    }

    test::TemporaryFolder folder;
    Poco::Data::Session session = plugin::store::openSqliteSession(folder.file("words.db"));
};

}  // namespace

TEST_CASE("sqlite session: a statement that is run again forgets the values before", "[store]") {
    Words words;

    CHECK(words.after(1) == std::vector<std::string>{"apple 2", "apple 3"});
    CHECK(words.after(3).empty());
    CHECK(words.after(2) == std::vector<std::string>{"apple 3"});
    CHECK(words.add(4, "") == 1);
    CHECK(words.after(3) == std::vector<std::string>{""});
}

TEST_CASE("sqlite session: one text may be run inside its own rows", "[store]") {
    Words words;
    int from = 0;
    std::string first;
    Poco::Data::Statement outer(words.session);
    outer << "SELECT text FROM word WHERE number > $1 ORDER BY number", use(from), into(first),
        limit(1);
    outer.execute();

    CHECK(words.after(0).size() == 3);
    CHECK(words.after(1).size() == 2);
    outer.execute();

    CHECK(first == "apple 2");
}

TEST_CASE("sqlite session: statements know a table as it is by now", "[store]") {
    Words words;
    REQUIRE(words.after(0).size() == 3);

    words.session << "ALTER TABLE word ADD COLUMN language TEXT NOT NULL DEFAULT 'en'", now;
    CHECK(words.after(0).size() == 3);
    words.session << "DROP TABLE word", now;
    CHECK_THROWS_AS(words.after(0), Poco::Data::SQLite::InvalidSQLStatementException);
}

TEST_CASE("sqlite session: one that failed can be run again", "[store]") {
    Words words;

    CHECK_THROWS_AS(words.add(1, "twice"), Poco::Data::SQLite::ConstraintViolationException);
    CHECK(words.add(5, "once") == 1);
    CHECK_THROWS_AS(words.add(5, "twice"), Poco::Data::SQLite::ConstraintViolationException);
    CHECK(words.after(4) == std::vector<std::string>{"once"});
}

TEST_CASE("sqlite session: what was read does not hold up a checkpoint or a writer", "[store]") {
    Words words;
    words.session << "PRAGMA journal_mode = WAL", now;
    REQUIRE(words.after(0).size() == 3);

    auto other = plugin::store::openSqliteSession(words.folder.file("words.db"));
    other << "DELETE FROM word", now;
    int isBusy = 1;
    other << "PRAGMA wal_checkpoint(TRUNCATE)", into(isBusy), now;

    CHECK(isBusy == 0);
    CHECK(words.after(0).empty());
}

TEST_CASE("sqlite session: a setting that is set again is set", "[store]") {
    Words words;
    const auto timeout = [&] {
        int value = 0;
        words.session << "PRAGMA busy_timeout", into(value), now;
        return value;
    };
    for (const auto* value : {"100", "200", "100"}) {
        words.session << std::string("PRAGMA busy_timeout = ") + value, now;
        CHECK(timeout() == std::stoi(value));
    }
}

TEST_CASE("sqlite session: rows that changed are counted, rows that were read are not", "[store]") {
    Words words;
    const auto changed = [&](const std::string& sql) {
        Poco::Data::Statement statement(words.session);
        statement << sql;
        return statement.execute();
    };

    CHECK(changed("UPDATE word SET text = 'pear' WHERE number > 1") == 2);
    CHECK(changed("UPDATE word SET text = 'pear' WHERE number > 1000") == 0);
    CHECK(changed("DELETE FROM word WHERE number = 1") == 1);
    int number = 0;
    Poco::Data::Statement reading(words.session);
    reading << "SELECT number FROM word WHERE number > 1000", into(number);
    CHECK(reading.execute() == 0);
}

TEST_CASE("sqlite session: several commands, or too few values, are refused", "[store]") {
    Words words;
    int number = 1;

    CHECK_THROWS_AS((words.session << "DELETE FROM word; DELETE FROM word", now),
                    Poco::Data::DataException);
    CHECK_THROWS_AS((words.session << " ", now), Poco::Data::DataException);
    CHECK_THROWS_AS(
        (words.session << "SELECT text FROM word WHERE number IN ($1, $2)", use(number), now),
        Poco::Data::SQLite::ParameterCountMismatchException);
    CHECK(words.after(0).size() == 3);
}

TEST_CASE("sqlite session: more texts than are kept", "[store]") {
    Words words;
    for (int i = 0; i < 600; ++i) {
        int found = 0;
        words.session << "SELECT COUNT(*) FROM word WHERE number > " + std::to_string(i),
            into(found), now;
        CHECK(found == std::max(0, 3 - i));
    }
}

TEST_CASE("sqlite session: it closes, whatever it has kept", "[store]") {
    Words words;
    REQUIRE(words.after(0).size() == 3);

    words.session.close();

    CHECK_FALSE(words.session.isConnected());
    CHECK(std::filesystem::exists(words.folder.file("words.db")));
    CHECK_FALSE(std::filesystem::exists(words.folder.file("words.db-wal")));
}

}  // namespace sqlite_session_test
