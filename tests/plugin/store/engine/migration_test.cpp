#include "plugin/store/engine/migration.h"

#include <charconv>
#include <functional>

#include "plugin/outbox/capture.h"
#include "plugin/outbox/delivery.h"
#include "plugin/service/maintenance.h"
#include "plugin/store/engine/migration_files.h"
#include "plugin/store/tables/companion_table.h"
#include "plugin/store/tables/statement_table.h"
#include "tests/support/store_fixture.h"

namespace migration_test {

using namespace Poco::Data::Keywords;
using namespace plugin::store;

namespace {

int versionOf(std::string_view name) {
    int version = 0;
    std::from_chars(name.data(), name.data() + name.size(), version);
    return version;
}

void execute(Poco::Data::Session& session, std::string_view file) {
    std::string sql;
    while (!file.empty()) {
        const auto end = std::min(file.find('\n'), file.size());
        const auto line = file.substr(0, end);
        sql.append(line.substr(0, line.find("--"))).append("\n");
        file.remove_prefix(std::min(end + 1, file.size()));
    }
    for (auto at = sql.find(';'); at != std::string::npos; at = sql.find(';')) {
        session << sql.substr(0, at), now;
        sql.erase(0, at + 1);
    }
}

/// Rows as the first versions wrote them: in plain text.
void writePlainRows(Poco::Data::Session& session, int version) {
    if (version >= 1)
        session << "INSERT INTO statement (connection, id, patient, encounter, aspect, words, "
                   "absent, language, said, recorded, speaker, speaker_name, speaker_reference, "
                   "method, note, keep_to_team, retracted, location) VALUES ('general', "
                   "'urn:uuid:1', '17', '', 'now', 'Chai at four', '', 'en', "
                   "'2026-03-07T10:00:00Z', '2026-03-07T10:01:00Z', 'patient', '', '', "
                   "'in-person', '', 0, 0, '')",
            now;
    if (version >= 2)
        session << "INSERT INTO outbox (id, sequence, connection, resource_type, business_key, "
                   "resource, state, attempts, may_be_there, created, waiting_since, next_attempt, "
                   "leased_until, last_error, route, location, remark, skipped) VALUES ('1', 7, "
                   "'general', 'Observation', "
                   "'general/patient/17/now', '{\"a\":1}', 'waiting', 0, 0, 0, 0, 0, 0, '', '', "
                   "'', '', '[]')",
            now;
    if (version >= 3)
        session << "INSERT INTO companion_resource (type, id, connection, subject, json, "
                   "last_updated) VALUES ('Observation', '1', 'general', "
                   "'Patient/17', '{\"b\":2}', 0)",
            now;
}

/// A database as the program of that version left it.
void leaveAt(int version, const Options& options,
             const std::function<void(Poco::Data::Session&, int)>& writeRows = writePlainRows) {
    { const Database registersTheLibrary(options); }
    const auto engine = options.engine == Options::Engine::Sqlite
                            ? makeSqliteEngine(options)
                            : makePostgreSqlEngine(options.postgresql);
    auto session = engine->open();
    const bool isFile = options.engine == Options::Engine::Sqlite;
    std::vector<std::string> tables;
    session << (isFile ? "SELECT name FROM sqlite_master WHERE type = 'table' "
                         "AND name NOT LIKE 'sqlite%' AND name <> 'schema_migration'"
                       : "SELECT table_name::text FROM information_schema.tables WHERE "
                         "table_schema = current_schema() AND table_name <> 'schema_migration'"),
        into(tables), now;
    for (const auto& table : tables) session << "DROP TABLE " + table, now;
    if (!isFile) session << "DROP SEQUENCE outbox_sequence", now;
    session << "DELETE FROM schema_migration", now;
    for (const auto& file : migrations::files()) {
        auto number = versionOf(file.name);
        if (number > version) break;
        const bool isForOne = file.name.find(".postgresql.") != std::string_view::npos;
        if (!isForOne || !isFile) execute(session, file.content);
        std::string name(file.name);
        session << "INSERT INTO schema_migration VALUES ($1, $2)", use(number), use(name), now;
    }
    writeRows(session, version);
    if (!isFile && version >= 8) session << "ALTER SEQUENCE outbox_sequence RESTART WITH 8", now;
    CHECK(schemaVersion(session) == version);
}

/// An entry as the programs before its kind and its placement were columns wrote it, and what it
/// is.
struct FormerEntry {
    std::string id, resourceType, corrects, state, route, location;
    EntryKind kind;
    Placement placement;
};

/// An id that nobody derived from another.
std::string ownId(int number) {
    return "6f1d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d" + std::to_string(number);
}

constexpr const char* kAddress = "https://companion.example/fhir/Observation/9";
/// Of version 8, as what is derived here, but chosen by who sent the statement.
constexpr const char* kChosenId = "6f1d9c3e-0b5a-8c1e-9d6a-3f2b7a8c9d10";

std::vector<FormerEntry> formerEntries() {
    using enum EntryKind;
    using enum Placement;
    const auto withdrawal = [](int number) {
        return plugin::outbox::withdrawalId("urn:uuid:" + ownId(number));
    };
    const auto provenance = [](int number) {
        return plugin::outbox::derivedId("provenance", "urn:uuid:" + ownId(number));
    };
    const auto removal = [](int number) { return plugin::outbox::removalId(ownId(number)); };
    const std::string observation = "Observation";
    return {
        {ownId(11), observation, "", "delivered", "observation", "Observation/9", Statement, Ehr},
        {ownId(12), observation, "", "delivered", "task", "Task/9", Statement, Ehr},
        {ownId(13), observation, "", "delivered", "companion", "Observation/" + ownId(13),
         Statement, LocalCompanion},
        {ownId(14), observation, "", "delivered", "companion", kAddress, Statement,
         RemoteCompanion},
        {ownId(15), observation, "", "waiting", "", "", Statement, Nowhere},
        {ownId(16), observation, "", "failed", "", "", Statement, Nowhere},
        {ownId(17), observation, "", "discarded", "", "", Statement, Nowhere},
        {kChosenId, observation, "", "waiting", "", "", Statement, Nowhere},
        {ownId(21), "Flag", "", "delivered", "flag", "Flag/9", Flag, Ehr},
        {ownId(22), "Flag", "", "delivered", "companion", "Flag/" + ownId(22), Flag,
         LocalCompanion},
        {ownId(23), "Flag", "", "delivered", "companion", kAddress, Flag, RemoteCompanion},
        {ownId(24), "Flag", "", "waiting", "", "", Flag, Nowhere},
        {withdrawal(11), observation, ownId(11), "delivered", "observation", "Observation/9",
         Correction, Ehr},
        {withdrawal(13), observation, ownId(13), "delivered", "companion",
         "Observation/" + ownId(13), Correction, LocalCompanion},
        {withdrawal(14), observation, ownId(14), "delivered", "companion", kAddress, Correction,
         RemoteCompanion},
        {withdrawal(15), observation, ownId(15), "waiting", "", "", Correction, Nowhere},
        {withdrawal(16), observation, ownId(16), "failed", "", "", Correction, Nowhere},
        {withdrawal(17), observation, ownId(17), "delivered", "", "", Correction, Nowhere},
        {provenance(11), "Provenance", "", "delivered", "provenance", "Provenance/9", Provenance,
         Ehr},
        {provenance(12), "Provenance", "", "delivered", "companion", "", Provenance,
         LocalCompanion},
        {provenance(13), "Provenance", "", "waiting", "", "", Provenance, Nowhere},
        {removal(11), observation, "", "delivered", "companion-drop", kAddress, RemoveCopy,
         Nowhere},
        {removal(12), observation, "", "delivered", "companion-drop", "", RemoveCopy, Nowhere},
        {removal(13), observation, "", "waiting", "", "", RemoveCopy, Nowhere},
        {removal(14), observation, "", "failed", "", "", RemoveCopy, Nowhere},
        {removal(21), "Flag", "", "delivered", "companion-drop", kAddress, RemoveCopy, Nowhere},
        {removal(22), "Flag", "", "waiting", "", "", RemoveCopy, Nowhere},
    };
}

void writeFormerEntries(Poco::Data::Session& session, int /*version*/) {
    auto chosen = "urn:uuid:" + std::string(kChosenId);
    session << "INSERT INTO statement (connection, id, patient, encounter, aspect, words, absent, "
               "language, said, recorded, speaker, speaker_name, speaker_reference, method, note, "
               "keep_to_team, retracted, location) VALUES ('general', $1, '17', '', 'now', "
               "'Chai at four', '', 'en', '2026-03-07T10:00:00Z', '', 'patient', '', '', '', '', "
               "0, 0, '')",
        use(chosen), now;
    std::int64_t sequence = 0;
    for (auto entry : formerEntries()) {
        ++sequence;
        session << "INSERT INTO outbox (id, sequence, connection, resource_type, business_key, "
                   "resource, state, attempts, may_be_there, created, waiting_since, "
                   "next_attempt, leased_until, last_error, route, location, remark, skipped, "
                   "corrects) VALUES ($1, $2, 'general', $3, 'key', '{}', $4, 0, 0, 0, 0, 0, 0, "
                   "'', $5, $6, '', '[]', $7)",
            use(entry.id), use(sequence), use(entry.resourceType), use(entry.state),
            use(entry.route), use(entry.location), use(entry.corrects), now;
    }
}

/// What there is after each earlier version, the empty one first.
std::vector<int> earlierVersions() {
    std::vector<int> versions{0};
    for (const auto& file : migrations::files()) versions.push_back(versionOf(file.name));
    versions.pop_back();  // that is this program's
    return versions;
}

/// Every column and index, by name: two databases with the same are the same to our SQL.
std::vector<std::string> schemaOf(const Database& database) {
    std::vector<std::string> lines;
    const bool isFile = database.engine() == Options::Engine::Sqlite;
    database.read([&](Poco::Data::Session& session) {
        session << (isFile
                        ? "SELECT m.type || ' ' || m.name || ' ' || COALESCE(c.name, '') || ' ' "
                          "|| COALESCE(c.type, '') || ' ' || COALESCE(c.dflt_value, '') || ' ' "
                          "|| COALESCE(c.pk, '') FROM sqlite_master m "
                          "LEFT JOIN pragma_table_info(m.name) c ORDER BY 1"
                        : "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || "
                          "COALESCE(column_default, '') || ' ' || is_nullable "
                          "FROM information_schema.columns "
                          "WHERE table_schema = current_schema() "
                          "UNION ALL SELECT indexdef FROM pg_indexes "
                          "WHERE schemaname = current_schema() ORDER BY 1"),
            into(lines), now;
    });
    return lines;
}

std::string text(const Database& database, const std::string& sql) {
    std::string result;
    database.read([&](Poco::Data::Session& session) { session << sql, into(result), now; });
    return result;
}

}  // namespace

TEST_CASE("migration: a database of any earlier version is brought here, and sealed", "[store]") {
    const test::EmptyDatabase empty(test::eachEngine());
    const int version = GENERATE(from_range(earlierVersions()));
    std::vector<std::string> fresh;
    {
        const Database made(empty.options);
        fresh = schemaOf(made);
    }
    leaveAt(version, empty.options);

    const auto opened = plugin::service::openDatabase(empty.options);
    Database& database = *opened;

    INFO("from version " << version);
    CHECK(database.schemaVersion() == versionOf(migrations::files().back().name));
    CHECK(fresh.size() > 50);
    CHECK(schemaOf(database) == fresh);
    if (version >= 1) {
        const auto statements = StatementTable(database).ofPatients("general", {"17"});
        REQUIRE(statements.size() == 1);
        CHECK(statements.front().text == "Chai at four");
        CHECK(text(database, "SELECT words FROM statement").starts_with("wm1."));
        CHECK(text(database, "SELECT patient FROM statement").starts_with("wm1."));
    }
    if (version >= 2) {
        OutboxTable outbox(database);
        // A new entry of the same key waits for the one from before.
        CHECK(test::insert(database, test::entry("2", "general/patient/17/now")));
        const auto first = outbox.claim(test::kNoon, std::chrono::seconds(60));
        REQUIRE(first);
        CHECK(first->id == "1");
        CHECK(first->resource == R"({"a":1})");
        CHECK_FALSE(outbox.claim(test::kNoon, std::chrono::seconds(60)));
        CHECK(text(database, "SELECT resource FROM outbox WHERE id = '1'").starts_with("wm1."));
    }
    if (version >= 3) {
        const auto kept =
            CompanionTable(database).list({.type = "Observation", .subject = "Patient/17"}, 10);
        REQUIRE(kept.size() == 1);
        CHECK(kept.front().json == R"({"b":2})");
        CHECK(text(database, "SELECT json FROM companion_resource").starts_with("wm1."));
    }
}

TEST_CASE("migration: an entry of the former schema has the kind and the placement that it had",
          "[store]") {
    const test::EmptyDatabase empty(test::eachEngine());
    leaveAt(25, empty.options, writeFormerEntries);

    const auto opened = plugin::service::openDatabase(empty.options);

    const OutboxTable outbox(*opened);
    CHECK(outbox.list(true, 100).size() == formerEntries().size());
    for (const auto& former : formerEntries()) {
        INFO(former.id << " " << former.resourceType << " " << former.state << " by "
                       << former.route << " at " << former.location);
        const auto entry = outbox.find(former.id);
        REQUIRE(entry);
        CHECK(std::string(toString(entry->kind)) == toString(former.kind));
        CHECK(std::string(toString(entry->placement)) == toString(former.placement));
        CHECK(toString(entry->state) == former.state);
        CHECK(entry->route == former.route);
        CHECK(entry->location == former.location);
        CHECK(entry->corrects == former.corrects);
    }
}

}  // namespace migration_test
