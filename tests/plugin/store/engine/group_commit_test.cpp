#include "plugin/store/engine/group_commit.h"

#include <Poco/Data/Session.h>

#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <thread>

#include "plugin/store/engine/sqlite_session.h"
#include "tests/support/store_fixture.h"

namespace group_commit_test {

using namespace Poco::Data::Keywords;
using fhir::Error;
using fhir::ErrorKind;
using plugin::store::GroupCommit;
using plugin::store::SessionPool;
using test::errorKindOf;

namespace {

/// A file with one table, and several who write to it.
struct Writers {
    Writers() : session(plugin::store::openSqliteSession(folder.file("counted.db"))) {
        session << "PRAGMA journal_mode = WAL", now;
        session << "CREATE TABLE word (number INTEGER PRIMARY KEY, text TEXT NOT NULL)", now;
    }

    plugin::store::Options options() const {
        plugin::store::Options options;
        options.path = folder.file("counted.db");
        return options;
    }

    std::set<int> numbers() {
        std::vector<int> found;
        session << "SELECT number FROM word", into(found), now;
        return {found.begin(), found.end()};
    }

    /// How often the file was committed to, as SQLite itself tells another connection.
    int version() {
        int version = 0;
        session << "PRAGMA data_version", into(version), now;
        return version;
    }

    /// `first` goes on once `others` wait behind it. Returns, or throws, when all have ended.
    void together(const std::function<void(Poco::Data::Session&)>& first,
                  const std::vector<std::function<void()>>& others) {
        std::vector<std::jthread> threads;
        writers.run([&](Poco::Data::Session& its) {
            for (const auto& other : others) threads.emplace_back(other);
            while (writers.waiting() != static_cast<int>(others.size())) std::this_thread::yield();
            first(its);
        });
    }

    test::TemporaryFolder folder;
    Poco::Data::Session session;
    SessionPool pool{plugin::store::makeSqliteEngine(options())};
    GroupCommit writers{pool, std::chrono::hours(1)};
};

void add(Poco::Data::Session& session, int number, std::string text = "apple") {
    session << "INSERT INTO word VALUES ($1, $2)", use(number), use(text), now;
}

}  // namespace

TEST_CASE("group commit: who waits for each other shares one transaction", "[store]") {
    Writers all;
    const auto before = all.version();
    const auto writer = [&](int number) {
        return [&all, number] { all.writers.run([&](auto& session) { add(session, number); }); };
    };

    all.together([](auto& session) { add(session, 1); }, {writer(2), writer(3), writer(4)});

    CHECK(all.numbers() == std::set{1, 2, 3, 4});
    CHECK(all.version() == before + 1);
}

TEST_CASE("group commit: nobody returns before it is on disk", "[store]") {
    Writers all;
    std::set<int> seen;
    std::mutex mutex;
    const auto writer = [&](int number) {
        return [&, number] {
            all.writers.run([&](auto& session) { add(session, number); });
            const std::scoped_lock lock(mutex);
            if (all.numbers().count(number) == 1) seen.insert(number);
        };
    };

    all.together([](auto& session) { add(session, 1); }, {writer(2), writer(3)});

    CHECK(seen == std::set{2, 3});
}

TEST_CASE("group commit: who fails undoes its own part alone", "[store]") {
    Writers all;
    std::string refused;
    std::string failed;
    std::optional<ErrorKind> refusal;
    std::optional<ErrorKind> failure;

    all.together([](auto& session) { add(session, 1); },
                 {[&] {
                      refusal = errorKindOf(
                          [&] {
                              all.writers.run([](auto& session) {
                                  add(session, 2);
                                  throw Error(ErrorKind::Conflict, "taken back before");
                              });
                          },
                          &refused);
                  },
                  [&] {
                      failure = errorKindOf(
                          [&] {
                              all.writers.run([](auto& session) {
                                  add(session, 3);
                                  add(session, 3);
                              });
                          },
                          &failed);
                  },
                  [&] { all.writers.run([](auto& session) { add(session, 4); }); }});

    CHECK(all.numbers() == std::set{1, 4});
    CHECK(refusal == ErrorKind::Conflict);
    CHECK(refused == "taken back before");
    CHECK(failure == ErrorKind::Internal);
}

TEST_CASE("group commit: a first that fails does not hold up the others", "[store]") {
    Writers all;
    std::jthread other;

    CHECK_THROWS_AS(all.writers.run([&](auto& session) {
        add(session, 1);
        other = std::jthread([&] { all.writers.run([](auto& its) { add(its, 2); }); });
        while (all.writers.waiting() != 1) std::this_thread::yield();
        throw std::runtime_error("a fault of ours");
    }),
                    std::runtime_error);
    other.join();

    CHECK(all.numbers() == std::set{2});
}

TEST_CASE("group commit: a full disk is told to all whose words were on it", "[store]") {
    Writers all;
    std::optional<ErrorKind> kind;
    bool isFirstSaved = false;
    const auto large = [&] {
        all.writers.run([](auto& session) {
            for (int i = 10; i < 100; ++i) add(session, i, std::string(20000, 'x'));
        });
    };

    try {
        all.together(
            [](auto& session) {
                session << "PRAGMA max_page_count = 20", now;
                add(session, 1);
            },
            {[&] { kind = errorKindOf(large); }});
        isFirstSaved = true;
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Unavailable);
    }

    CHECK(kind == ErrorKind::Unavailable);
    CHECK(all.numbers() == (isFirstSaved ? std::set{1} : std::set<int>{}));
    all.writers.run([](auto& session) { add(session, 2); });  // on a session without that limit
    large();
    CHECK(all.numbers().count(99) == 1);
}

TEST_CASE("group commit: what returned is there and what threw is not, whoever comes", "[store]") {
    constexpr int kThreads = 6;
    constexpr int kEach = 40;
    Writers all;
    GroupCommit writers{all.pool};
    std::mutex mutex;
    std::set<int> returned;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread)
        threads.emplace_back([&, thread] {
            std::minstd_rand random(Catch::rngSeed() + static_cast<unsigned>(thread));
            for (int i = 0; i < kEach; ++i) {
                const int number = thread * kEach + i;
                const auto chance = random() % 8;
                try {
                    writers.run([&](auto& session) {
                        add(session, number);
                        if (chance == 0) throw Error(ErrorKind::InvalidInput, "no");
                        if (chance == 1) add(session, number);
                    });
                    const std::scoped_lock lock(mutex);
                    returned.insert(number);
                } catch (const Error&) {
                    continue;
                }
            }
        });
    for (auto& thread : threads) thread.join();

    CHECK(all.numbers() == returned);
    CHECK(returned.size() > kThreads);
}

}  // namespace group_commit_test
