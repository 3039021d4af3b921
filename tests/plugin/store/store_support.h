#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "fhir/base/error.h"
#include "plugin/store/outbox_table.h"
#include "tests/support/temporary_folder.h"

namespace test {

using namespace std::chrono_literals;

using tests::TemporaryFolder;

struct Store {
    TemporaryFolder folder;
    plugin::store::Database database{folder.file()};
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
        inserted = plugin::store::OutboxTable::insert(session, entry);
    });
    return inserted;
}

/// The kind of the error that `work` throws, and its text into `text`.
template <class Work>
std::optional<fhir::ErrorKind> errorOf(const Work& work, std::string* text = nullptr) {
    try {
        work();
    } catch (const fhir::Error& error) {
        if (text != nullptr) *text = error.what();
        return error.kind();
    }
    return std::nullopt;
}

/// Runs `work` in a process of its own. No database may be open: SQLite's must not be carried
/// into another process. Returns the number of the signal that ended it, else its
/// exit code, which is what `work` returns, or 99 where it threw.
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
