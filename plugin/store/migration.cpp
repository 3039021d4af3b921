#include "plugin/store/migration.h"

#include <Poco/Data/SQLite/SQLiteException.h>

#include <charconv>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>

#include "fhir/base/clock.h"
#include "fhir/base/error.h"
#include "plugin/store/migration_files.h"

namespace plugin::store {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using namespace Poco::Data::Keywords;

/// "What" in ASCII: the application id in the header of our SQLite files (sqlite.org/fileformat2,
/// section 1.3.15).
constexpr int kApplicationId = 0x57686174;

template <class T>
T value(Poco::Data::Session& session, const char* sql) {
    T result{};
    session << sql, into(result), now;
    return result;
}

/// Whether the file is ours; false where it is new.
bool isOurs(Poco::Data::Session& session) {
    if (value<int>(session, "PRAGMA application_id") == kApplicationId) return true;
    if (value<int>(session, "SELECT COUNT(*) FROM sqlite_master") == 0) return false;
    throw Error(ErrorKind::InvalidInput,
                "the file is a database of another program: name another file for ours");
}

/// Write-ahead log: readers and the one writer do not wait for each other. The library's waiting
/// for locks does not cover this step, so that it is tried for 10 seconds here.
void useWriteAheadLog(Poco::Data::Session& session) {
    const auto until = fhir::deadlineIn(std::chrono::seconds(10));
    while (true) {
        try {
            if (value<std::string>(session, "PRAGMA journal_mode = WAL") == "wal") return;
            throw Error(ErrorKind::Internal,
                        "the disk of the database does not allow a write-ahead log (SQLite WAL): "
                        "put the file on a local disk");
        } catch (const Poco::Data::SQLite::DBLockedException&) {
            if (std::chrono::steady_clock::now() > until) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }
}

/// "003_companion_resource.sql" → 3
int versionOf(std::string_view name) {
    int version = 0;
    std::from_chars(name.data(), name.data() + name.size(), version);
    return version;
}

void apply(Poco::Data::Session& session, const fhir::EmbeddedFile& file) {
    session << std::string(file.content), now;
    int version = versionOf(file.name);
    std::string name(file.name);
    session << "INSERT INTO schema_migration (version, name) VALUES (?, ?)", use(version),
        use(name), now;
}

void applyMissing(Poco::Data::Session& session) {
    isOurs(session);  // again: another process may have made the file ours, or its own, meanwhile
    session << "CREATE TABLE IF NOT EXISTS schema_migration ("
               "version INTEGER PRIMARY KEY, name TEXT NOT NULL)",
        now;
    const auto known = versionOf(migrations::files().back().name);
    const auto applied = schemaVersion(session);
    if (applied > known)
        throw Error(ErrorKind::InvalidInput,
                    "the database has schema " + std::to_string(applied) +
                        " and this program knows up to " + std::to_string(known) +
                        ": run the newer program, or restore a backup from before it");
    for (const auto& file : migrations::files())
        if (versionOf(file.name) > applied) apply(session, file);
    session << "PRAGMA application_id = " + std::to_string(kApplicationId), now;
}

}  // namespace

void migrate(Poco::Data::Session& session) {
    isOurs(session);  // before anything of the file is changed
    useWriteAheadLog(session);
    session << "BEGIN IMMEDIATE", now;
    try {
        applyMissing(session);
        session << "COMMIT", now;
    } catch (const Error&) {
        session << "ROLLBACK", now;
        throw;
    }
}

int schemaVersion(Poco::Data::Session& session) {
    return value<int>(session, "SELECT COALESCE(MAX(version), 0) FROM schema_migration");
}

}  // namespace plugin::store
