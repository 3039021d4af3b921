#include "plugin/audit/audit_table.h"

#include <Poco/Data/Session.h>

#include <thread>

#include "plugin/service/maintenance.h"
#include "plugin/store/tables/merge_table.h"
#include "tests/support/store_fixture.h"

namespace audit_table_test {

using namespace Poco::Data::Keywords;
using namespace plugin::store;
using plugin::audit::AuditRecord;
using plugin::audit::AuditTable;
using namespace std::chrono_literals;
using test::kNoon;

namespace {

AuditRecord record(int number, const std::string& patient = "17") {
    return {
        .id = "event-" + std::to_string(number),
        .recorded = kNoon + std::chrono::seconds(number),
        .connection = "general",
        .patient = patient,
        .event = R"({"resourceType":"AuditEvent","id":"event-)" + std::to_string(number) + "\"}"};
}

void append(Database& database, const std::vector<AuditRecord>& records) {
    database.transaction(
        [&](Poco::Data::Session& session) { AuditTable(database).append(session, records); });
}

void append(Database& database, int from, int to) {
    for (int i = from; i <= to; ++i) append(database, {record(i)});
}

void execute(Database& database, const std::string& sql) {
    database.transaction([&](Poco::Data::Session& session) { session << sql, now; });
}

std::string textOf(Database& database, const std::string& query) {
    std::string text;
    database.read([&](Poco::Data::Session& session) { session << query, into(text), now; });
    return text;
}

}  // namespace

TEST_CASE("audit trail: what is appended is numbered, sealed and listed", "[store]") {
    test::Store store;
    auto& database = store.database;
    append(database, {record(1), record(2, "18"), record(3, "")});
    append(database, {record(4)});
    const AuditTable table(database);

    const auto all = table.list({});

    REQUIRE(all.size() == 4);
    CHECK(all.back().sequence == 4);
    CHECK(all.front().event == record(1).event);
    CHECK(all.front().recorded == record(1).recorded);
    CHECK(table.list({.after = 1, .limit = 2}).size() == 2);
    const auto ofOne = table.list({.patients = table.patientHashes("general", "17")});
    REQUIRE(ofOne.size() == 2);
    CHECK(ofOne.back().sequence == 4);
    CHECK(table.list({.patients = table.patientHashes("other", "17")}).empty());
    const auto onDisk = textOf(database, "SELECT event FROM audit_event WHERE sequence = 1");
    CHECK(onDisk.find("AuditEvent") == std::string::npos);
}

TEST_CASE("audit trail: a whole one is found whole, an empty one too", "[store]") {
    test::Store store;
    auto& database = store.database;
    const AuditTable table(database);
    CHECK(table.verify().isWhole());
    append(database, 1, 3);

    const auto verdict = table.verify();

    CHECK(verdict.isWhole());
    CHECK(verdict.events == 3);
    CHECK(verdict.first == 1);
    CHECK(verdict.last.sequence == 3);
    CHECK(verdict.from == record(1).recorded);
    CHECK(verdict.to == record(3).recorded);
}

TEST_CASE("audit trail: whatever is changed in the database is found, and where", "[store]") {
    const auto engine = test::eachEngine();
    struct Tampering {
        std::string sql;
        std::int64_t brokenAt;
        std::string why;
    };
    const std::string swap =
        "UPDATE audit_event SET sequence = 90 WHERE sequence = 2|"
        "UPDATE audit_event SET sequence = 2 WHERE sequence = 3|"
        "UPDATE audit_event SET sequence = 3 WHERE sequence = 90";
    const std::string events =
        "UPDATE audit_event SET event = (SELECT event FROM audit_event WHERE sequence = 3) "
        "WHERE sequence = 2";
    const auto tampering = GENERATE_COPY(values<Tampering>({
        {"UPDATE audit_event SET sequence = 9 WHERE sequence = 5", 5, "missing"},
        {"UPDATE audit_event SET id = 'other' WHERE sequence = 2", 2, "cannot be opened"},
        {"UPDATE audit_event SET recorded = recorded + 1 WHERE sequence = 2", 2, "changed"},
        {"UPDATE audit_event SET patient_hash = 'x' WHERE sequence = 2", 2, "changed"},
        {"UPDATE audit_event SET event = 'x' WHERE sequence = 2", 2, "cannot be opened"},
        {"UPDATE audit_event SET event = '' WHERE sequence = 2", 2, "changed"},
        {events, 2, "cannot be opened"},
        {"UPDATE audit_event SET previous = 'x' WHERE sequence = 2", 2, "does not follow"},
        {"UPDATE audit_event SET hash = 'x' WHERE sequence = 2", 2, "changed"},
        {"UPDATE audit_event SET hash = 'x' WHERE sequence = 5", 5, "changed"},
        {"DELETE FROM audit_event WHERE sequence = 3", 3, "missing"},
        {"DELETE FROM audit_event WHERE sequence = 1", 1, "missing"},
        {"DELETE FROM audit_event WHERE sequence = 5", 5, "cut off"},
        {"DELETE FROM audit_event", 1, "cut off"},
        {swap, 2, "does not follow"},
        {"UPDATE audit_head SET sequence = 4|DELETE FROM audit_event WHERE sequence = 5", 1,
         "head that was changed"},
        {"UPDATE audit_head SET hash = 'x'", 1, "head that was changed"},
        {"UPDATE audit_head SET pruned = 1|DELETE FROM audit_event WHERE sequence = 1", 2,
         "head that was changed"},
        {"UPDATE audit_head SET pruned_hash = 'x'", 1, "head that was changed"},
        {"UPDATE audit_head SET mac = 'x'", 1, "head that was changed"},
        {"UPDATE audit_head SET trail = 'other'", 1, "head"},
        {"DELETE FROM audit_head", 1, "head of the trail is missing"},
        {"INSERT INTO audit_event SELECT 6, 'new', recorded, patient_hash, event, hash, hash FROM "
         "audit_event WHERE sequence = 5",
         6, "cannot be opened"},
    }));
    INFO(tampering.sql);
    test::Store store(engine);
    auto& database = store.database;
    append(database, 1, 5);
    REQUIRE(AuditTable(database).verify().isWhole());

    for (std::size_t start = 0; start < tampering.sql.size();) {
        const auto end = std::min(tampering.sql.find('|', start), tampering.sql.size());
        execute(database, tampering.sql.substr(start, end - start));
        start = end + 1;
    }

    const auto verdict = AuditTable(database).verify();
    CHECK(verdict.brokenAt == tampering.brokenAt);
    INFO(verdict.why);
    CHECK(verdict.why.find(tampering.why) != std::string::npos);
    // And nothing that is done afterwards, by us or in good faith, covers it up.
    append(database, 6 + 10, 7 + 10);
    CHECK_FALSE(AuditTable(database).verify().isWhole());
}

TEST_CASE("audit trail: a database that was put back as a whole is told by a mark", "[store]") {
    test::Store store;
    auto& database = store.database;
    append(database, 1, 3);
    const auto head = textOf(database, "SELECT hash || '|' || mac FROM audit_head");
    append(database, 4, 5);
    const auto mark = AuditTable(database).verify().last;
    CHECK(AuditTable(database).verify(mark).isWhole());

    execute(database, "DELETE FROM audit_event WHERE sequence > 3");
    const auto bar = head.find('|');
    execute(database, "UPDATE audit_head SET sequence = 3, hash = '" + head.substr(0, bar) +
                          "', mac = '" + head.substr(bar + 1) + "'");

    CHECK(AuditTable(database).verify().isWhole());
    CHECK(AuditTable(database).verify(mark).brokenAt == 4);
    append(database, 14, 16);
    CHECK(AuditTable(database).verify(mark).brokenAt == 5);
}

TEST_CASE("audit trail: a new data key seals it anew and does not break it", "[store]") {
    test::Store store;
    auto& database = store.database;
    append(database, 1, 3);
    const auto before = textOf(database, "SELECT event FROM audit_event WHERE sequence = 1");
    database.vault().makeDataKey(kNoon);

    CHECK(plugin::service::resealAll(database) == 3);

    CHECK(plugin::service::resealAll(database) == 0);
    CHECK(textOf(database, "SELECT event FROM audit_event WHERE sequence = 1") != before);
    CHECK(AuditTable(database).verify().isWhole());
    append(database, 4, 4);
    CHECK(AuditTable(database).verify().events == 4);
}

TEST_CASE("audit trail: what is too old goes from its beginning, and the rest is whole",
          "[store]") {
    test::Store store;
    auto& database = store.database;
    append(database, 1, 5);
    AuditTable table(database);

    CHECK(table.prune(record(3).recorded) == 2);

    auto verdict = table.verify();
    CHECK(verdict.isWhole());
    CHECK(verdict.first == 3);
    CHECK(table.prune(record(3).recorded) == 0);
    CHECK(table.prune(kNoon + 1h) == 3);
    CHECK(table.verify().isWhole());
    append(database, 6, 6);
    verdict = table.verify();
    CHECK(verdict.isWhole());
    CHECK(verdict.first == 6);
    CHECK(verdict.last.sequence == 6);
}

TEST_CASE("audit trail: a younger event keeps the older ones behind it", "[store]") {
    test::Store store;
    auto& database = store.database;
    auto late = record(2);
    late.recorded = kNoon + 24h;  // its clock was wrong
    append(database, {record(1), late, record(3)});

    CHECK(AuditTable(database).prune(kNoon + 1h) == 1);
    CHECK(AuditTable(database).verify().isWhole());
}

TEST_CASE("audit trail: several who append at once make one trail", "[store]") {
    test::Store store;
    constexpr int kWriters = 4;
    constexpr int kEach = 25;
    {
        std::vector<std::jthread> writers;
        for (int writer = 0; writer < kWriters; ++writer)
            writers.emplace_back([&, writer] {
                Database own(store.empty.options);  // as another process has it
                append(own, writer * kEach + 1, writer * kEach + kEach);
            });
    }

    const auto verdict = AuditTable(store.database).verify();

    CHECK(verdict.isWhole());
    CHECK(verdict.events == kWriters * kEach);
}

TEST_CASE("audit trail: a transaction that fails leaves no event", "[store]") {
    test::Store store;
    auto& database = store.database;
    append(database, 1, 1);

    CHECK_THROWS(database.transaction([&](Poco::Data::Session& session) {
        AuditTable(database).append(session, {record(2)});
        throw fhir::Error(fhir::ErrorKind::Internal, "made up");
    }));

    CHECK(AuditTable(database).verify().events == 1);
    append(database, 2, 2);
    CHECK(AuditTable(database).verify().isWhole());
}

TEST_CASE("audit trail: events of merged records are found under the one that is left", "[store]") {
    test::Store store;
    auto& database = store.database;
    append(database, {record(1, "old"), record(2, "middle"), record(3, "new"), record(4, "else")});
    MergeTable merges(database);
    merges.follow("general", "old", "middle", kNoon);
    merges.follow("general", "middle", "new", kNoon);
    const AuditTable table(database);

    CHECK(table.list({.patients = table.patientHashes("general", "new")}).size() == 3);
    CHECK(table.list({.patients = table.patientHashes("general", "old")}).size() == 3);
    CHECK(table.verify().isWhole());
}

}  // namespace audit_table_test
