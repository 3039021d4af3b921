#include "tests/support/postgresql.h"

#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/Session.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

namespace test {
namespace {

namespace filesystem = std::filesystem;
using Words = std::vector<std::string>;

/// The newest server that Debian's package has installed.
std::string pathOf(const std::string& name) {
    std::string newest;
    std::error_code none;
    for (const auto& version : filesystem::directory_iterator("/usr/lib/postgresql", none)) {
        const auto path = version.path().string() + "/bin/" + name;
        if (filesystem::exists(path)) newest = std::max(newest, path);
    }
    if (newest.empty()) throw std::runtime_error("the tests need Debian's package postgresql");
    return newest;
}

int spawn(const Words& words, const std::string& log) {
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const auto child = ::fork();
    if (child != 0) return child;
    if (::freopen(log.c_str(), "a", stdout) == nullptr) ::_exit(126);
    ::dup2(STDOUT_FILENO, STDERR_FILENO);
    ::closefrom(STDERR_FILENO + 1);  // or it would keep the ports of this process
    ::execvp(arguments.front(), arguments.data());
    ::_exit(127);
}

void finish(int process) {
    int status = 0;
    ::waitpid(process, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error("the private PostgreSQL of the tests could not be set up");
}

}  // namespace

Words postgreSqlCommand(const std::string& program, const Words& arguments,
                        const std::string& signal) {
    Words result{"setpriv", "--pdeathsig", signal};
    if (::geteuid() == 0)
        result.insert(result.end(), {"--reuid=postgres", "--regid=postgres", "--init-groups"});
    result.push_back(pathOf(program));
    result.insert(result.end(), arguments.begin(), arguments.end());
    return result;
}

PostgreSql& PostgreSql::shared() {
    static PostgreSql server;
    return server;
}

PostgreSql::PostgreSql() {
    auto name = (filesystem::temp_directory_path() / "whatmatters-pg-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
    filesystem::permissions(folder_, filesystem::perms::owner_all | filesystem::perms::others_all |
                                         filesystem::perms::group_all);
    finish(spawn(
        postgreSqlCommand("initdb", {"--pgdata", folder_ + "/data", "--no-sync", "--auth", "trust",
                                     "--username", "tests", "--encoding", "UTF8", "--locale", "C"}),
        folder_ + "/initdb.log"));
    start();
}

PostgreSql::~PostgreSql() {
    stop(SIGQUIT);
    std::error_code ignored;
    filesystem::remove_all(folder_, ignored);
}

void PostgreSql::start() {
    const auto begin = [&] {
        return spawn(postgreSqlCommand("postgres", {"-D", folder_ + "/data", "-k", folder_, "-c",
                                                    "listen_addresses=", "-c", "fsync=off", "-c",
                                                    "max_connections=90"}),
                     folder_ + "/server.log");
    };
    process_ = begin();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (true) {
        try {
            run("SELECT 1");
            return;
        } catch (const Poco::Exception&) {
            if (std::chrono::steady_clock::now() > until) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        // It does not start while a process of the one that crashed still holds its memory.
        if (int status = 0; ::waitpid(process_, &status, WNOHANG) == process_) process_ = begin();
    }
}

void PostgreSql::stop(int signal) {
    ::kill(process_, signal);
    int status = 0;
    ::waitpid(process_, &status, 0);
}

void PostgreSql::crashAndRestart() {
    stop(SIGQUIT);
    start();
}

void PostgreSql::restart() {
    stop(SIGINT);
    start();
}

void PostgreSql::run(const std::string& sql) const {
    Poco::Data::PostgreSQL::Connector::registerConnector();
    Poco::Data::Session session("PostgreSQL", "host=" + folder_ + " user=tests dbname=postgres");
    session << "SET client_min_messages = warning", Poco::Data::Keywords::now;
    session << sql, Poco::Data::Keywords::now;
}

plugin::store::PostgreSqlOptions PostgreSql::makeSchema() {
    plugin::store::PostgreSqlOptions options;
    options.host = folder_;
    options.database = "postgres";
    options.user = "schema" + std::to_string(++schemas_);  // whose schema is the one of its name
    options.tls = "disable";
    run("CREATE ROLE " + options.user + " LOGIN");
    run("CREATE SCHEMA AUTHORIZATION " + options.user);
    return options;
}

void PostgreSql::dropSchema(const plugin::store::PostgreSqlOptions& options) {
    run("DROP SCHEMA " + options.user + " CASCADE");
    run("DROP ROLE " + options.user);
}

}  // namespace test
