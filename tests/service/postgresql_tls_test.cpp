// A PostgreSQL that takes TLS alone, whose certificate is its own authority.
#include <Poco/Data/Session.h>
#include <pwd.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "fhir/base/error.h"
#include "plugin/store/database.h"
#include "tests/service/service_fixture.h"
#include "tests/support/certificate.h"
#include "tests/support/postgresql.h"
#include "tests/support/program.h"

namespace postgresql_tls_test {

namespace {

namespace filesystem = std::filesystem;
using plugin::store::Database;
using plugin::store::Options;

class TlsServer {
public:
    explicit TlsServer(const test::Certificate& certificate) {
        filesystem::permissions(folder_.path(), filesystem::perms::all);
        test::Program initdb(
            test::postgreSqlCommand("initdb",
                                    {"--pgdata", data(), "--no-sync", "--auth", "trust",
                                     "--username", "tests", "--encoding", "UTF8", "--locale", "C"},
                                    "KILL"),
            folder_.file("initdb.log"));
        REQUIRE(initdb.end(0) == 0);
        std::ofstream(data() + "/pg_hba.conf") << "hostssl all all all trust\n";
        take(certificate.file(), "server.crt");
        take(certificate.keyFile(), "server.key");
        running_ = std::make_unique<test::Program>(
            test::postgreSqlCommand(
                "postgres",
                {"-D", data(), "-k", folder_.path(), "-p", std::to_string(port_), "-c",
                 "listen_addresses=localhost", "-c", "fsync=off", "-c", "ssl=on"},
                "KILL"),
            folder_.file("server.log"));
    }

    Options options(const std::string& host, const std::string& authority) const {
        Options options;
        options.engine = Options::Engine::PostgreSql;
        options.keys = {{"test", fhir::Secret(std::string(plugin::store::Key::kBytes, 't'))}};
        options.postgresql.host = host;
        options.postgresql.port = port_;
        options.postgresql.database = "postgres";
        options.postgresql.user = "tests";
        options.postgresql.tls = "verify-full";
        options.postgresql.certificateAuthorities = authority;
        return options;
    }

private:
    std::string data() const { return folder_.file("data"); }
    void take(const std::string& file, const std::string& name) const {
        const auto to = data() + "/" + name;
        filesystem::copy_file(file, to);
        filesystem::permissions(to, filesystem::perms::owner_read);
        const auto* user = ::getpwnam("postgres");
        if (::geteuid() == 0) REQUIRE(::chown(to.c_str(), user->pw_uid, user->pw_gid) == 0);
    }

    test::TemporaryFolder folder_;
    std::uint16_t port_ = test::freePorts(1).front();
    std::unique_ptr<test::Program> running_;
};

fhir::Error errorOf(const Options& options) {
    try {
        const Database database(options);
    } catch (const fhir::Error& error) {
        return error;
    }
    return {fhir::ErrorKind::NotFound, "it threw nothing"};
}

}  // namespace

TEST_CASE("postgresql: TLS alone, by a certificate that is checked against what the site names",
          "[service]") {
    const test::Certificate certificate("DNS:localhost");
    const test::Certificate other("DNS:localhost");
    const TlsServer server(certificate);

    REQUIRE(test::eventually([&] {
        try {
            const Database database(server.options("localhost", certificate.file()));
            return database.schemaVersion() > 0;
        } catch (const fhir::Error&) {
            return false;  // it is starting
        }
    }));
    Database database(server.options("localhost", certificate.file()));
    std::string version;
    database.read([&](Poco::Data::Session& session) {
        session << "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
            Poco::Data::Keywords::into(version), Poco::Data::Keywords::now;
    });
    CHECK(version.starts_with("TLSv1"));

    for (const auto& wrong : {server.options("localhost", other.file()),
                              server.options("127.0.0.1", certificate.file())}) {
        const auto error = errorOf(wrong);
        CHECK(error.kind() == fhir::ErrorKind::Internal);
        CHECK(test::has(error.what(), "certificateAuthorities"));
    }
    auto open = server.options("localhost", certificate.file());
    open.postgresql.tls = "disable";
    CHECK(errorOf(open).kind() == fhir::ErrorKind::Internal);
}

}  // namespace postgresql_tls_test
