#include <Poco/Data/DataException.h>
#include <Poco/Data/Session.h>

#include <array>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "plugin/store/engine/engine.h"
#include "tests/support/store_fixture.h"

namespace postgresql_engine_test {

using namespace Poco::Data::Keywords;
using namespace plugin::store;
using fhir::ErrorKind;
using test::errorKindOf;

TEST_CASE("postgresql: what was committed outlives a crash of the server, and so do we",
          "[store]") {
    test::Store store(test::Engine::PostgreSql);
    REQUIRE(test::insert(store.database, test::entry("1")));
    OutboxTable outbox(store.database);

    test::PostgreSql::shared().crashAndRestart();

    // Sessions from before the crash are found dead: at most one try for each fails.
    std::optional<OutboxEntry> found;
    for (int tries = 0; tries <= 8 && !found; ++tries) {
        std::string text;
        const auto kind = errorKindOf([&] { found = outbox.find("1"); }, &text);
        INFO(text);
        CHECK((!kind || *kind == ErrorKind::Unavailable));
    }
    REQUIRE(found);
    CHECK(found->resource == "{}");
    CHECK(test::insert(store.database, test::entry("2")));
}

TEST_CASE("postgresql: a database of another program is refused and left alone", "[store]") {
    const test::EmptyDatabase empty(test::Engine::PostgreSql);
    {
        auto session = makePostgreSqlEngine(empty.options.postgresql)->open();
        session << "CREATE TABLE recipe (name TEXT)", now;
    }
    std::string text;

    CHECK(errorKindOf([&] { Database database(empty.options); }, &text) == ErrorKind::InvalidInput);
    CHECK(text.find("another program") != std::string::npos);
}

TEST_CASE("postgresql: a server that is not there is unavailable, not a fault of ours", "[store]") {
    test::EmptyDatabase empty(test::Engine::PostgreSql);
    auto options = empty.options;
    options.postgresql.host = "/nowhere";
    std::string text;

    CHECK(errorKindOf([&] { Database database(options); }, &text) == ErrorKind::Unavailable);
    CHECK(text.find("cannot be reached") != std::string::npos);
}

TEST_CASE("postgresql: a connection that broke is unavailable, whatever the library says of it",
          "[store]") {
    PostgreSqlOptions options;
    options.host = "db.example";
    options.database = "whatmatters";
    options.user = "whatmatters";
    const auto engine = makePostgreSqlEngine(options);
    const auto kindOf = [&](const char* text) {
        return engine->translated(Poco::Data::DataException(text)).kind();
    };

    CHECK(kindOf("server closed the connection unexpectedly Severity: N/A State: N/A Detail: N/A "
                 "Hint: N/A Constraint: N/A") == ErrorKind::Unavailable);
    CHECK(kindOf("terminating connection Severity: FATAL State: 57P01 Detail: N/A") ==
          ErrorKind::Unavailable);
    CHECK(kindOf("no such column Severity: ERROR State: 42703 Detail: N/A") == ErrorKind::Internal);
}

TEST_CASE("postgresql: a setting that could change the connection's meaning is refused",
          "[store]") {
    PostgreSqlOptions options;
    options.host = "db.example";
    options.database = "whatmatters";
    options.user = "whatmatters";
    options.password = fhir::Secret("two words host=elsewhere");
    std::string text;

    CHECK(errorKindOf([&] { makePostgreSqlEngine(options); }, &text) == ErrorKind::InvalidInput);
    CHECK(text.find("password") != std::string::npos);
    CHECK(text.find("elsewhere") == std::string::npos);
}

TEST_CASE("postgresql: many instances claim each entry once, and each key in order", "[store]") {
    const test::EmptyDatabase empty(test::Engine::PostgreSql);
    constexpr int kInstances = 3;
    constexpr int kKeys = 7;
    constexpr int kEntries = 84;
    Database first(empty.options);
    for (int i = 0; i < kEntries; ++i)
        test::insert(first, test::entry(std::to_string(i), "key/" + std::to_string(i % kKeys)));
    std::mutex mutex;
    std::vector<int> order;
    std::set<int> underWay;
    std::atomic<int> done = 0;
    std::atomic<bool> isWrong = false;

    const auto work = [&] {
        Database database(empty.options);
        OutboxTable outbox(database);
        while (done < kEntries && !isWrong) {
            const auto entry = outbox.claim(test::kNoon, std::chrono::seconds(60));
            if (!entry) continue;
            const int number = std::stoi(entry->id);
            {
                const std::scoped_lock lock(mutex);
                if (!underWay.insert(number % kKeys).second) isWrong = true;
                order.push_back(number);
            }
            std::this_thread::yield();
            {
                const std::scoped_lock lock(mutex);
                underWay.erase(number % kKeys);
            }
            outbox.markDelivered(*entry);
            ++done;
        }
    };
    {
        std::vector<std::jthread> instances;
        for (int i = 0; i < kInstances; ++i) instances.emplace_back(work);
    }

    CHECK_FALSE(isWrong);
    CHECK(std::set<int>(order.begin(), order.end()).size() == kEntries);
    CHECK(order.size() == kEntries);
    std::array<int, kKeys> last{};
    last.fill(-1);
    for (const auto number : order) {
        auto& before = last.at(static_cast<std::size_t>(number % kKeys));
        CHECK(before < number);
        before = number;
    }
}

}  // namespace postgresql_engine_test
