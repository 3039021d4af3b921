#include "plugin/store/engine/migration.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/error.h"
#include "plugin/store/engine/migration_files.h"

namespace plugin::store {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using namespace Poco::Data::Keywords;

/// "003_companion_resource.sql" → 3
int versionOf(std::string_view name) {
    int version = 0;
    std::from_chars(name.data(), name.data() + name.size(), version);
    return version;
}

/// "007_order.postgresql.sql" is for one engine, "003_companion_resource.sql" for all.
bool isFor(const Engine& engine, std::string_view name) {
    const auto base = name.substr(0, name.rfind(".sql"));
    const auto dot = base.rfind('.');
    return dot == base.npos || base.substr(dot + 1) == engine.name();
}

/// The commands of a file, without its comments. No text in our files holds "--" or ";".
std::vector<std::string> commandsOf(std::string_view content) {
    std::string command;
    std::vector<std::string> commands;
    while (!content.empty()) {
        const auto end = std::min(content.find('\n'), content.size());
        auto line = content.substr(0, end);
        content.remove_prefix(std::min(end + 1, content.size()));
        line = line.substr(0, line.find("--"));
        command.append(line).append("\n");
        if (line.find(';') == line.npos) continue;
        command.resize(command.rfind(';'));
        commands.push_back(std::move(command));
        command.clear();
    }
    return commands;
}

void apply(const Engine& engine, Poco::Data::Session& session, const fhir::EmbeddedFile& file) {
    if (isFor(engine, file.name))
        for (const auto& command : commandsOf(file.content)) session << command, now;
    int version = versionOf(file.name);
    std::string name(file.name);
    session << "INSERT INTO schema_migration (version, name) VALUES ($1, $2)", use(version),
        use(name), now;
}

void applyMissing(const Engine& engine, Poco::Data::Session& session) {
    // Again: another process may have made the database ours, or its own, meanwhile.
    engine.requireOurs(session);
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
    std::vector<int> there;
    session << "SELECT version FROM schema_migration", into(there), now;
    // By name and not by the highest: what was written side by side may have come in either order.
    for (const auto& file : migrations::files())
        if (std::find(there.begin(), there.end(), versionOf(file.name)) == there.end())
            apply(engine, session, file);
    engine.mark(session);
}

}  // namespace

void migrate(const Engine& engine, Poco::Data::Session& session) {
    engine.requireOurs(session);  // before anything is changed
    engine.prepare(session);
    engine.beginMigration(session);
    try {
        engine.lock(session, "schema_migration");
        applyMissing(engine, session);
        session << "COMMIT", now;
    } catch (const Error&) {
        session << "ROLLBACK", now;
        throw;
    }
}

int schemaVersion(Poco::Data::Session& session) {
    int version = 0;
    session << "SELECT COALESCE(MAX(version), 0) FROM schema_migration", into(version), now;
    return version;
}

}  // namespace plugin::store
