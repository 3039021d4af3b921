#include "plugin/store/database.h"

#include <Poco/Data/Session.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "plugin/store/engine/migration_files.h"
#include "plugin/store/engine/sqlite_session.h"
#include "tests/support/store_fixture.h"

namespace database_test {

using namespace Poco::Data::Keywords;
using fhir::ErrorKind;
using plugin::store::Database;
using test::errorKindOf;
using test::inChild;

namespace {

/// The number of the newest file.
const int kNewestSchema = std::stoi(std::string(plugin::store::migrations::files().back().name));

void add(Database& database, std::string id) {
    database.transaction([&](Poco::Data::Session& session) {
        session << "INSERT INTO companion_resource VALUES ('Flag', $1, '', '', '', 0, '')", use(id),
            now;
    });
}

int count(const Database& database) {
    int result = 0;
    database.read([&](Poco::Data::Session& session) {
        session << "SELECT COUNT(*) FROM companion_resource", into(result), now;
    });
    return result;
}

std::string pragma(const Database& database, const std::string& name) {
    std::string result;
    database.read(
        [&](Poco::Data::Session& session) { session << "PRAGMA " + name, into(result), now; });
    return result;
}

unsigned permissions(const std::string& file) {
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

}  // namespace

TEST_CASE("database: a new file gets the newest schema and only its owner reads it", "[store]") {
    const test::TemporaryFolder folder;
    const Database database(folder.file());

    CHECK(database.schemaVersion() == kNewestSchema);
    CHECK(permissions(folder.file()) == 0600U);
    CHECK(permissions(folder.file("test.db-wal")) == 0600U);
    CHECK(pragma(database, "journal_mode") == "wal");
    CHECK(pragma(database, "synchronous") == "2");
    CHECK(pragma(database, "foreign_keys") == "1");
    CHECK(pragma(database, "busy_timeout") == "10000");
}

TEST_CASE("database: a file that others may read is closed to them", "[store]") {
    const test::TemporaryFolder folder;
    { const Database database(folder.file()); }
    REQUIRE(::chmod(folder.file().c_str(), 0644) == 0);

    const Database database(folder.file());

    CHECK(permissions(folder.file()) == 0600U);
}

TEST_CASE("database: it is opened again with what it held", "[store]") {
    const test::TemporaryFolder folder;
    {
        Database database(folder.file());
        add(database, "1");
    }

    const Database database(folder.file());

    CHECK(count(database) == 1);
    CHECK(database.schemaVersion() == kNewestSchema);
}

TEST_CASE("database: an empty file is a new database", "[store]") {
    const test::TemporaryFolder folder;
    std::ofstream(folder.file()).close();

    CHECK(Database(folder.file()).schemaVersion() == kNewestSchema);
}

TEST_CASE("database: names that SQLite reads otherwise are plain file names", "[store]") {
    const test::TemporaryFolder folder;
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());

    { const Database database(":memory:"); }
    { const Database database("file:other.db?mode=memory"); }

    std::filesystem::current_path(before);
    CHECK(std::filesystem::exists(folder.file(":memory:")));
    CHECK(std::filesystem::exists(folder.file("file:other.db?mode=memory")));
}

TEST_CASE("database: a newer schema is refused, and nothing is changed", "[store]") {
    const test::EmptyDatabase empty(test::eachEngine());
    {
        Database database(empty.options);
        database.transaction([](Poco::Data::Session& session) {
            session << "INSERT INTO schema_migration VALUES (999, 'of the future')", now;
        });
    }
    std::string text;

    CHECK(errorKindOf([&] { Database database(empty.options); }, &text) == ErrorKind::InvalidInput);
    CHECK(text.find("schema 999") != std::string::npos);
    CHECK(text.find("newer program") != std::string::npos);
}

TEST_CASE("database: a file that is no database of ours is refused and left alone", "[store]") {
    const test::TemporaryFolder folder;
    std::string text;

    SECTION("a text") {
        const std::string content(5000, 'x');
        std::ofstream(folder.file()) << content;
        CHECK(errorKindOf([&] { Database database(folder.file()); }, &text) ==
              ErrorKind::InvalidInput);
        std::ifstream file(folder.file());
        CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == content);
    }
    SECTION("the database of another program") {
        REQUIRE(inChild([&] {
                    auto session = plugin::store::openSqliteSession(folder.file());
                    session << "CREATE TABLE recipe (name TEXT)", now;
                    return 0;
                }) == 0);
        CHECK(errorKindOf([&] { Database database(folder.file()); }, &text) ==
              ErrorKind::InvalidInput);
        CHECK_FALSE(std::filesystem::exists(folder.file("test.db-wal")));
    }
    SECTION("a folder") {
        std::filesystem::create_directory(folder.file());
        CHECK(errorKindOf([&] { Database database(folder.file()); }, &text) ==
              ErrorKind::InvalidInput);
    }
    SECTION("nothing, in a folder that is not there") {
        CHECK(errorKindOf([&] { Database database(folder.file("no/test.db")); }, &text) ==
              ErrorKind::InvalidInput);
    }
    SECTION("no name") {
        CHECK(errorKindOf([] { Database database(""); }, &text) == ErrorKind::InvalidInput);
    }
    INFO(text);
    CHECK(text.size() > 20);
}

TEST_CASE("database: a folder that cannot be written says what to do", "[store]") {
    const test::TemporaryFolder folder;
    REQUIRE(::chmod(folder.path().c_str(), 0555) == 0);

    const auto code = inChild([&] {
        if (::geteuid() == 0 && ::setuid(65534) != 0) return 1;  // root may write anywhere
        std::string text;
        const auto kind = errorKindOf([&] { Database database(folder.file()); }, &text);
        return kind == ErrorKind::Internal && text.find("must belong to") != std::string::npos ? 0
                                                                                               : 2;
    });

    REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
    CHECK(code == 0);
}

TEST_CASE("database: a transaction that throws leaves nothing behind", "[store]") {
    test::Store store;

    const auto refuse = [&](auto error) {
        store.database.transaction([&](Poco::Data::Session& session) {
            session << "INSERT INTO companion_resource VALUES ('Flag', '1', '', '', '', 0, '')",
                now;
            throw error;
        });
    };

    CHECK_THROWS_AS(refuse(fhir::Error(ErrorKind::Conflict, "no")), fhir::Error);
    CHECK_THROWS_AS(refuse(std::runtime_error("no")), std::runtime_error);
    CHECK(count(store.database) == 0);
    add(store.database, "1");
    CHECK(count(store.database) == 1);
}

TEST_CASE("database: what the library throws comes out as our own error", "[store]") {
    test::Store store;
    add(store.database, "id-of-a-patient");
    std::string text;

    CHECK(errorKindOf([&] { add(store.database, "id-of-a-patient"); }, &text) ==
          ErrorKind::Internal);
    CHECK(text.find("database failed") != std::string::npos);
    CHECK(text.find("id-of-a-patient") == std::string::npos);
    add(store.database, "2");
    CHECK(count(store.database) == 2);
}

TEST_CASE("database: values are bound, whatever they hold", "[store]") {
    test::Store store;
    const std::string nasty = "1'); DROP TABLE companion_resource; --";

    add(store.database, nasty);
    add(store.database, std::string("a\0b", 3));

    CHECK(count(store.database) == 2);
}

TEST_CASE("database: a full database says so, undoes, and goes on when there is room", "[store]") {
    test::Store store(test::Engine::Sqlite);
    std::string text;

    const auto kind = errorKindOf(
        [&] {
            store.database.transaction([](Poco::Data::Session& session) {
                session << "PRAGMA max_page_count = 40", now;  // of this session only
                std::string large(20000, 'x');
                for (int i = 0; i < 100; ++i)
                    session
                        << "INSERT INTO companion_resource VALUES ('Flag', $1, '', '', $2, 0, '')",
                        use(i), use(large), now;
            });
        },
        &text);

    CHECK(kind == ErrorKind::Unavailable);  // a send that needs it is tried again
    CHECK(text.find("full") != std::string::npos);
    CHECK(text.find("free some space") != std::string::npos);
    CHECK(count(store.database) == 0);
    add(store.database, "1");
    CHECK(count(store.database) == 1);
}

TEST_CASE("database: a disk that refuses says that nothing was saved", "[store]") {
    const test::TemporaryFolder folder;
    {
        Database database(folder.file());
        add(database, "1");
    }

    const auto code = inChild([&] {
        Database database(folder.file());
        std::signal(SIGXFSZ, SIG_IGN);  // then a write beyond the limit fails
        const rlimit limit{64 * 1024, 64 * 1024};
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
        std::string text;
        const auto kind = errorKindOf([&] { add(database, std::string(200000, 'x')); }, &text);
        return kind == ErrorKind::Unavailable && text.find("nothing was saved") != std::string::npos
                   ? 0
                   : 2;
    });

    CHECK(code == 0);
    CHECK(count(Database(folder.file())) == 1);
}

TEST_CASE("database: writers in several threads wait for each other", "[store]") {
    test::Store store;

    std::vector<std::thread> threads;
    for (int thread = 0; thread < 12; ++thread)  // more than there are sessions
        threads.emplace_back([&store, thread] {
            for (int i = 0; i < 10; ++i)
                add(store.database, std::to_string(thread) + "-" + std::to_string(i));
        });
    for (auto& thread : threads) thread.join();

    CHECK(count(store.database) == 120);
}

TEST_CASE("database: two on one database see each other's work", "[store]") {
    const test::EmptyDatabase empty(test::eachEngine());
    Database first(empty.options);
    Database second(empty.options);

    add(first, "1");
    CHECK(count(second) == 1);
    add(second, "2");
    CHECK(count(first) == 2);
}

TEST_CASE("database: processes that start together migrate once", "[store]") {
    const test::EmptyDatabase empty(test::eachEngine());
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i) {
        const auto child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            int code = 1;
            try {
                code = Database(empty.options).schemaVersion() == kNewestSchema ? 0 : 2;
            } catch (...) {
                code = 3;
            }
            ::_exit(code);
        }
        children.push_back(child);
    }

    for (const auto child : children) {
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
    int rows = 0;
    Database(empty.options).read([&](Poco::Data::Session& session) {
        session << "SELECT COUNT(*) FROM schema_migration", into(rows), now;
    });
    CHECK(rows == static_cast<int>(plugin::store::migrations::files().size()));
}

TEST_CASE("database: killed before the commit nothing is there, after it everything", "[store]") {
    const test::TemporaryFolder folder;
    { const Database database(folder.file()); }

    CHECK(
        inChild([&] {
            Database database(folder.file());
            database.transaction([](Poco::Data::Session& session) {
                session << "INSERT INTO companion_resource VALUES ('Flag', '1', '', '', '', 0, '')",
                    now;
                test::die();
            });
            return 0;
        }) == SIGKILL);
    CHECK(count(Database(folder.file())) == 0);

    CHECK(inChild([&] {
              Database database(folder.file());
              add(database, "2");
              test::die();
              return 0;
          }) == SIGKILL);
    CHECK(count(Database(folder.file())) == 1);
}

}  // namespace database_test
