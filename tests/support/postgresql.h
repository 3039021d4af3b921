#pragma once

#include <string>

#include "plugin/store/options.h"

namespace tests {

/// A private PostgreSQL server on a Unix socket in a temporary folder, which ends with this
/// process. Started at the first use; Debian's `postgresql`.
class PostgreSql {
public:
    /// The one of this process.
    static PostgreSql& shared();

    PostgreSql();
    ~PostgreSql();
    PostgreSql(const PostgreSql&) = delete;
    PostgreSql& operator=(const PostgreSql&) = delete;

    /// An empty schema of its own, and how to reach it.
    plugin::store::PostgreSqlOptions makeSchema();
    void dropSchema(const plugin::store::PostgreSqlOptions& options);

    /// Ends the server as a power cut would, and starts it again on the same data.
    void crashAndRestart();
    /// Ends it as an administrator does (a fast shutdown), and starts it again.
    void restart();

private:
    void start();
    void stop(int signal);
    void run(const std::string& sql) const;

    std::string folder_;
    int process_ = 0;
    int schemas_ = 0;
};

}  // namespace tests
