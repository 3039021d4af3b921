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

/// How long data is kept that nobody needs any more.
struct Retention {
    /// Statements that are in the chart or on a companion server, with their receipts, counted from
    /// when they were written down. Statements that only our own database holds stay.
    std::chrono::days delivered{400};
    /// Outbox entries that a person discarded, with the reason.
    std::chrono::days discarded{400};
    /// Audit events: six years (45 CFR 164.316(b)(2)).
    std::chrono::days audit{2192};
};

/// Where the data is stored, and the keys that seal it.
struct Options {
    enum class Engine { Sqlite, PostgreSql };

    Engine engine = Engine::Sqlite;
    std::string path{};  ///< SQLite: the file
    PostgreSqlOptions postgresql{};
    /// Master keys: the first seals the data keys, all of them open data keys. If empty, which only
    /// SQLite allows: the key in the file PATH.key beside the database, which is made with it and
    /// can be read by its owner only.
    std::vector<Key> keys{};
    Retention retention{};
};

}  // namespace plugin::store
