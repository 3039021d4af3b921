#pragma once

#include <string>
#include <vector>

#include "plugin/store/options.h"

namespace test {

/// The command that runs a program of the newest PostgreSQL server that Debian's package has
/// installed: as the user `postgres` if this process is root's, because the server refuses to run
/// as root, and ended by `signal` ("INT", "KILL") when this process ends in any way.
std::vector<std::string> postgreSqlCommand(const std::string& program,
                                           const std::vector<std::string>& arguments,
                                           const std::string& signal = "INT");

/// A private PostgreSQL server on a Unix socket in a temporary folder, which ends with this
/// process. Started at the first use; Debian's `postgresql`.
class PostgreSql {
public:
    /// The server of this process.
    static PostgreSql& shared();

    PostgreSql();
    ~PostgreSql();
    PostgreSql(const PostgreSql&) = delete;
    PostgreSql& operator=(const PostgreSql&) = delete;

    /// Makes an empty schema. Returns how to reach it.
    plugin::store::PostgreSqlOptions makeSchema();
    void dropSchema(const plugin::store::PostgreSqlOptions& options);

    /// Ends the server as a power cut would, and starts it again on the same data.
    void crashAndRestart();
    /// Ends the server as an administrator does (a fast shutdown), and starts it again.
    void restart();

private:
    void start();
    void stop(int signal);
    void run(const std::string& sql) const;

    std::string folder_;
    int process_ = 0;
    int schemas_ = 0;
};

}  // namespace test
