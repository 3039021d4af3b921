#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "fhir/base/secret.h"
#include "plugin/store/sealing/cipher.h"

namespace plugin::store {

/// How a PostgreSQL server is reached.
struct PostgreSqlOptions {
    std::string host{};
    std::uint16_t port = 5432;
    std::string database{}, user{};
    fhir::Secret password{};  ///< empty: none is sent
    /// libpq's `sslmode`: "disable", "require", "verify-ca", "verify-full".
    std::string tls = "verify-full";
    std::string certificateAuthorities{};  ///< a PEM file; empty: libpq's own
};

/// How long what nobody needs any more is kept.
struct Retention {
    /// Statements that are in the chart or on a companion server, counted from when they were
    /// written down, with their receipts; what our own store alone holds stays.
    std::chrono::days delivered{400};
    /// Entries that a person took off their way, with the reason.
    std::chrono::days discarded{400};
    /// Who did what to whose data: six years (45 CFR 164.316(b)(2)).
    std::chrono::days audit{2192};
};

/// Where everything is kept, and the keys that it is sealed by.
struct Options {
    enum class Engine { Sqlite, PostgreSql };

    Engine engine = Engine::Sqlite;
    std::string path{};  ///< SQLite: the file
    PostgreSqlOptions postgresql{};
    /// Master keys: the first seals the data keys, all of them open them. None, which SQLite alone
    /// allows: a file beside the database, PATH.key, made with it and readable by its owner alone.
    std::vector<Key> keys{};
    Retention retention{};
};

}  // namespace plugin::store
