#include "plugin/audit/trail.h"

#include <Poco/Data/Session.h>

#include <thread>

#include "fhir/base/log.h"
#include "tests/support/store_fixture.h"

namespace trail_test {

using namespace Poco::Data::Keywords;
using namespace plugin::audit;
using namespace std::chrono_literals;
using plugin::audit::AuditTable;
using test::kNoon;

namespace {

Entry read(const std::string& patient) {
    return {.action = Action::Read, .at = kNoon, .connection = "general", .patient = patient};
}

/// Nothing is written before the end.
Trail::Options lazy() {
    Trail::Options options;
    options.delay = 1h;
    return options;
}

std::size_t events(plugin::store::Database& database) {
    return AuditTable(database).list({}).size();
}

/// The log, which would go to stderr, is caught.
struct Log {
    Log() {
        fhir::log::redirect([this](const std::string& line) { text += line + "\n"; });
    }
    ~Log() { fhir::log::redirect(nullptr); }
    std::string text;
};

}  // namespace

TEST_CASE("trail: what is queued is on record when it ends, in order", "[audit]") {
    test::Store store;
    {
        Trail trail(store.database, {}, lazy());
        for (const char* patient : {"1", "2", "3"}) trail.record(read(patient));
        CHECK(trail.counts().waiting == 3);
        CHECK(events(store.database) == 0);
    }

    CHECK(events(store.database) == 3);
    CHECK(AuditTable(store.database).verify().isWhole());
    const AuditTable table(store.database);
    CHECK(table.list({.patients = table.patientHashes("general", "3")}).front().sequence == 3);
}

TEST_CASE("trail: a full batch is written without waiting for its time", "[audit]") {
    test::Store store;
    auto options = lazy();
    options.batchMax = 2;
    Trail trail(store.database, {}, options);

    trail.record(read("1"));
    trail.record(read("2"));

    while (trail.counts().written < 2) std::this_thread::yield();  // or the test never ends
    CHECK(events(store.database) == 2);
}

TEST_CASE("trail: where the queue is full, whoever reads writes it themselves", "[audit]") {
    test::Store store;
    auto options = lazy();
    options.waitingMax = 1;
    Trail trail(store.database, {}, options);

    trail.record(read("1"));
    trail.record(read("2"));

    CHECK(trail.counts().waiting == 1);
    CHECK(trail.counts().written == 1);
    CHECK(trail.counts().lost == 0);
    CHECK(events(store.database) == 1);
}

TEST_CASE("trail: what cannot be put on record is counted, and the log says so", "[audit]") {
    const Log log;
    test::Store store(test::Engine::Sqlite);
    store.database.read(
        [](Poco::Data::Session& session) { session << "DROP TABLE audit_event", now; });
    auto options = lazy();
    options.waitingMax = 0;
    Trail trail(store.database, {}, options);

    trail.record(read("patient-zlatka"));

    CHECK(trail.counts().lost == 1);
    CHECK(log.text.find("audit-lost") != std::string::npos);
    CHECK(log.text.find("zlatka") == std::string::npos);
}

TEST_CASE("trail: a page that shows the same again by itself is one look", "[audit]") {
    test::Store store(test::Engine::Sqlite);
    auto at = std::chrono::steady_clock::now();
    auto options = lazy();
    options.look = 1h;
    options.clock.steady = [&] { return at; };
    Trail trail(store.database, {}, options);

    trail.recordLook("page", read("1"));
    trail.recordLook("page", read("1"));
    CHECK(trail.counts().waiting == 1);
    trail.recordLook("page", read("2"));
    trail.recordLook("other page", read("1"));
    CHECK(trail.counts().waiting == 3);
    at += 59min;
    trail.recordLook("page", read("1"));
    CHECK(trail.counts().waiting == 3);
    at += 1min;
    trail.recordLook("page", read("1"));
    CHECK(trail.counts().waiting == 4);
}

TEST_CASE("trail: more looks than it remembers are on record once too often", "[audit]") {
    test::Store store(test::Engine::Sqlite);
    auto options = lazy();
    options.looksMax = 2;
    Trail trail(store.database, {}, options);

    for (const char* patient : {"1", "2", "3", "1"}) trail.recordLook("page", read(patient));

    CHECK(trail.counts().waiting == 4);
}

}  // namespace trail_test
