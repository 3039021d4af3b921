#include "plugin/store/change.h"

#include <mutex>

#include "plugin/store/tables/ward_table.h"
#include "tests/support/gate.h"
#include "tests/support/store_fixture.h"

namespace change_test {

using namespace plugin::store;

namespace {

/// What a Database is told.
struct Listener {
    explicit Listener(Database& database) : database_(database) {
        database_.listen([this](const Change& change) {
            const std::lock_guard lock(mutex_);
            heard_.push_back(change);
        });
    }
    ~Listener() { database_.listen({}); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    int count(const std::string& topic, const std::string& event) const {
        const std::lock_guard lock(mutex_);
        int number = 0;
        for (const auto& one : heard_)
            if (one.topic == topic && one.event == event) ++number;
        return number;
    }
    bool isAnything() const {
        const std::lock_guard lock(mutex_);
        return !heard_.empty();
    }

private:
    Database& database_;
    mutable std::mutex mutex_;
    std::vector<Change> heard_;
};

WardRow row(const std::string& encounter, const std::string& patient, const std::string& name) {
    WardRow result;
    result.encounter = encounter;
    result.patient = patient;
    result.name = name;
    return result;
}

}  // namespace

TEST_CASE("change: is written on one line and read from it", "[store]") {
    const auto read = toChange(toText({"topic", "changed", "17"}));

    CHECK(read.topic == "topic");
    CHECK(read.event == "changed");
    CHECK(read.value == "17");
    for (const char* text : {"", "topic", "topic changed", " changed 17"}) {
        INFO(text);
        CHECK(toChange(text).topic.empty());
    }
}

TEST_CASE("change: is told once it is committed, and never where it was undone", "[store]") {
    test::Store store;
    const Listener listener(store.database);
    // On PostgreSQL nothing is heard before the listener says that it may have missed something.
    if (store.database.engine() == Options::Engine::PostgreSql)
        REQUIRE(test::soon([&] { return listener.isAnything(); }));

    CHECK_THROWS(store.database.transaction([&](Poco::Data::Session& session) {
        store.database.announce(session, {"undone", "changed", "1"});
        throw fhir::Error(fhir::ErrorKind::Internal, "undone");
    }));
    store.database.transaction([&](Poco::Data::Session& session) {
        store.database.announce(session, {"done", "changed", "2"});
        CHECK(listener.count("done", "changed") == 0);
    });
    store.database.announceNow({"now", "receipt", "3"});

    CHECK(test::soon([&] { return listener.count("now", "receipt") == 1; }));
    CHECK(listener.count("done", "changed") == 1);
    CHECK(listener.count("undone", "changed") == 0);
}

TEST_CASE("change: every instance on one PostgreSQL is told", "[store]") {
    test::Store store(test::Engine::PostgreSql);
    Database other(store.empty.options);
    const Listener listener(other);
    REQUIRE(test::soon([&] { return listener.isAnything(); }));

    store.database.announceNow({"topic", "changed", "1"});

    CHECK(test::soon([&] { return listener.count("topic", "changed") == 1; }));
}

TEST_CASE("change: after the server was away, anything may have changed", "[store]") {
    test::Store store(test::Engine::PostgreSql);
    const Listener listener(store.database);
    REQUIRE(test::soon([&] { return listener.count("", "") == 1; }));

    test::PostgreSql::shared().crashAndRestart();

    CHECK(test::soon([&] { return listener.count("", "") == 2; }));
    CHECK(test::soon([&] {  // sessions of before are found dead first
        store.database.announceNow({"topic", "changed", "1"});
        return listener.count("topic", "changed") > 0;
    }));
}

TEST_CASE("change: of a unit, of a patient there, and of what they say", "[store]") {
    test::Store store;
    const Listener listener(store.database);
    if (store.database.engine() == Options::Engine::PostgreSql)
        REQUIRE(test::soon([&] { return listener.isAnything(); }));
    WardTable table(store.database);
    const auto ward = wardTopic(store.database.vault(), "general", "ward-7");
    const auto patient = patientTopic(store.database.vault(), "general", "1");
    const auto write = [&](const std::string& name) {
        table.replace("general", "ward-7", {row("a", "1", name), row("b", "2", "Bo")}, test::kNoon,
                      {});
    };
    const auto told = [&](const std::string& topic, const std::string& event, int times) {
        return test::soon([&] { return listener.count(topic, event) == times; });
    };

    write("Ada");
    CHECK(told(ward, "changed", 1));
    write("Ada");
    CHECK(told(ward, "read", 1));
    write("Adaeze");
    CHECK(told(ward, "changed", 2));
    CHECK(told(patient, "changed", 1));
    CHECK(listener.count(patientTopic(store.database.vault(), "general", "2"), "changed") == 0);
    table.recordFault("general", "ward-7", "down");
    CHECK(told(ward, "changed", 3));
    store.database.transaction(
        [&](Poco::Data::Session& session) { table.announcePatient(session, "general", "1"); });
    CHECK(told(ward, "changed", 4));
    CHECK(told(patient, "changed", 2));
}

TEST_CASE("change: a topic names nobody, and is one patient's alone", "[store]") {
    test::Store store(test::Engine::Sqlite);
    const auto& vault = store.database.vault();

    CHECK(patientTopic(vault, "general", "ada").find("ada") == std::string::npos);
    CHECK(patientTopic(vault, "general", "ada") != patientTopic(vault, "general", "bo"));
    CHECK(patientTopic(vault, "general", "ada") != patientTopic(vault, "other", "ada"));
    CHECK(patientTopic(vault, "general", "7") != wardTopic(vault, "general", "7"));
}

}  // namespace change_test
