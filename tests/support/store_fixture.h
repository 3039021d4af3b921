#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "fhir/base/error.h"
#include "plugin/store/tables/companion_table.h"
#include "plugin/store/tables/outbox_table.h"
#include "tests/support/postgresql.h"
#include "tests/support/temporary_folder.h"

namespace test {

using namespace std::chrono_literals;

using test::TemporaryFolder;

using Engine = plugin::store::Options::Engine;

/// An empty database of an engine, gone when the test ends.
struct EmptyDatabase {
    explicit EmptyDatabase(Engine engine) {
        options.engine = engine;
        options.path = folder.file();
        options.keys = {{"test", fhir::Secret(std::string(plugin::store::Key::kBytes, 't'))}};
        if (engine == Engine::PostgreSql)
            options.postgresql = test::PostgreSql::shared().makeSchema();
    }
    ~EmptyDatabase() {
        if (options.engine == Engine::PostgreSql)
            test::PostgreSql::shared().dropSchema(options.postgresql);
    }
    EmptyDatabase(const EmptyDatabase&) = delete;
    EmptyDatabase& operator=(const EmptyDatabase&) = delete;

    TemporaryFolder folder;
    plugin::store::Options options;
};

/// The test runs once on each engine.
inline Engine eachEngine() {
    return GENERATE(Engine::Sqlite, Engine::PostgreSql);
}

struct Store {
    explicit Store(Engine engine = eachEngine()) : empty(engine) {}

    EmptyDatabase empty;
    plugin::store::Database database{empty.options};
};

inline const fhir::Instant kNoon{1772884800s};  // 2026-03-07T12:00:00Z

inline plugin::store::OutboxEntry entry(const std::string& id,
                                        const std::string& key = "patient/2/now") {
    plugin::store::OutboxEntry result;
    result.id = id;
    result.connection = "general";
    result.resourceType = "Observation";
    result.businessKey = key;
    result.resource = "{}";
    result.created = kNoon;
    result.nextAttempt = kNoon;
    return result;
}

inline bool insert(plugin::store::Database& database, const plugin::store::OutboxEntry& entry) {
    bool inserted = false;
    database.transaction([&](Poco::Data::Session& session) {
        inserted = plugin::store::OutboxTable(database).insert(session, entry);
    });
    return inserted;
}

inline void keep(plugin::store::Database& database,
                 const plugin::store::CompanionResource& resource) {
    database.transaction([&](Poco::Data::Session& session) {
        plugin::store::CompanionTable(database).keep(session, resource);
    });
}

/// The kind of the error that `work` throws, and its text into `text`.
template <class Work>
std::optional<fhir::ErrorKind> errorKindOf(const Work& work, std::string* text = nullptr) {
    try {
        work();
    } catch (const fhir::Error& error) {
        if (text != nullptr) *text = error.what();
        return error.kind();
    }
    return std::nullopt;
}

/// Runs `work` in a process of its own. No database may be open: SQLite's must not be carried into
/// another process. Returns the number of the signal that ended it, else its exit code, which is
/// what `work` returns, or 99 if it threw.
template <class Work>
int inChild(const Work& work) {
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int code = 99;
        try {
            code = work();
        } catch (...) {
            code = 99;
        }
        ::_exit(code);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

/// kill -9: nothing is flushed, no destructor runs.
[[noreturn]] inline void die() {
    ::kill(::getpid(), SIGKILL);
    std::abort();
}

}  // namespace test
