#include "plugin/store/engine/migration.h"

#include <charconv>

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
void leaveAt(int version, const Options& options) {
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
    writePlainRows(session, version);
    if (!isFile && version >= 8) session << "ALTER SEQUENCE outbox_sequence RESTART WITH 8", now;
    CHECK(schemaVersion(session) == version);
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

}  // namespace migration_test
