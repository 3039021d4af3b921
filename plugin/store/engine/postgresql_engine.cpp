#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/PostgreSQL/PostgreSQLException.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <memory>
#include <mutex>
#include <string_view>

#include "plugin/store/engine/engine.h"
#include "plugin/store/engine/postgresql_engine_listening.h"

namespace plugin::store {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using namespace Poco::Data::Keywords;
namespace pg = Poco::Data::PostgreSQL;

/// The SQLSTATE (PostgreSQL documentation, appendix A) in an exception's text; "" where the server
/// gave none ("N/A"): the connection broke. The rest of the text may hold values of rows and is
/// never used.
std::string sqlState(const std::string& text) {
    constexpr std::string_view kBefore = "State: ";
    if (const auto at = text.find(kBefore); at != std::string::npos) {
        auto state = text.substr(at + kBefore.size(), 5);
        return state.starts_with("N/A") ? std::string() : state;
    }
    constexpr std::string_view kError = "ERROR:  ";
    if (const auto at = text.find(kError); at != std::string::npos)
        return text.substr(at + kError.size(), 5);
    return {};
}

/// One database of a PostgreSQL server, of version 12 or newer.
class PostgreSqlEngine final : public Engine {
public:
    explicit PostgreSqlEngine(const PostgreSqlOptions& options)
        : where_(options.database + " on " + options.host + ":" + std::to_string(options.port)) {
        add("host", options.host);
        add("port", std::to_string(options.port));
        add("dbname", options.database);
        add("user", options.user);
        if (!options.password.empty()) add("password", options.password.reveal());
        add("sslmode", options.tls);
        if (!options.certificateAuthorities.empty())
            add("sslrootcert", options.certificateAuthorities);
        add("application_name", "whatmatters");
        add("connect_timeout", "5");
        add("keepalives_idle", "10");
        add("keepalives_interval", "5");
        add("keepalives_count", "3");
        add("tcp_user_timeout", "20000");
    }

    std::string_view name() const noexcept override { return "postgresql"; }
    std::string where() const override { return where_; }

    Poco::Data::Session open() const override {
        static std::once_flag registered;
        std::call_once(registered, [] { pg::Connector::registerConnector(); });
        // Poco 1.11 never frees a connection that could not be made, 17 KiB each: while the server
        // is away it is not asked for one. (A wrong password still costs that.)
        if (PQping(connection_.reveal().c_str()) != PQPING_OK) sayWhyNot();
        auto session = connect();
        // The commit is on the server's disk before a person is told "saved". Nobody waits for
        // ever, and a transaction that was left open does not hold its locks.
        session << "SET synchronous_commit = on", now;
        session << "SET lock_timeout = '10s'", now;
        session << "SET statement_timeout = '60s'", now;
        session << "SET idle_in_transaction_session_timeout = '60s'", now;
        session << "SET default_transaction_isolation = 'read committed'", now;
        session << "SET client_min_messages = warning", now;
        return session;
    }

    bool isAlive(Poco::Data::Session& session) const noexcept override {
        try {
            int one = 0;
            session << "SELECT 1", into(one), now;
            return one == 1;
        } catch (const Poco::Exception&) {
            return false;  // the server was restarted, or the network broke: another is opened
        }
    }

    void begin(Poco::Data::Session& session) const override { session << "BEGIN", now; }

    void beginMigration(Poco::Data::Session& session) const override {
        begin(session);
        session << "SET LOCAL lock_timeout = '120s'", now;
        session << "SET LOCAL statement_timeout = '300s'", now;
    }

    void beginSnapshot(Poco::Data::Session& session) const override {
        session << "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", now;
    }

    void lock(Poco::Data::Session& session, const std::string& name) const override {
        auto of = name;
        session << "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", use(of), now;
    }

    bool tryLock(Poco::Data::Session& session, const std::string& name) const override {
        auto of = name;
        int got = 0;
        session << "SELECT CASE WHEN pg_try_advisory_xact_lock(hashtextextended($1, 0)) "
                   "THEN 1 ELSE 0 END",
            into(got), use(of), now;
        return got == 1;
    }

    bool announce(Poco::Data::Session& session, const std::string& text) const override {
        std::string channel = Listening::kChannel;
        auto payload = text;
        session << "SELECT pg_notify($1, $2)", use(channel), use(payload), now;
        return true;
    }

    std::unique_ptr<Listening> listen(
        std::function<void(const std::string&)> heard) const override {
        return std::make_unique<PostgreSqlListening>(connection_, std::move(heard));
    }

    void requireOurs(Poco::Data::Session& session) const override {
        int ours = 0;
        int tables = 0;
        session << "SELECT COUNT(*), COUNT(*) FILTER (WHERE table_name = 'schema_migration') "
                   "FROM information_schema.tables WHERE table_schema = current_schema()",
            into(tables), into(ours), now;
        if (tables == 0 || ours != 0) return;
        throw Error(ErrorKind::InvalidInput,
                    "the database holds another program's tables: name an empty one for ours");
    }

    void prepare(Poco::Data::Session& session) const override {
        std::string encoding;
        session << "SHOW server_encoding", into(encoding), now;
        if (encoding == "UTF8") return;
        throw Error(ErrorKind::InvalidInput,
                    "the database must be made with ENCODING 'UTF8', for words in any language");
    }

    void mark(Poco::Data::Session& /*session*/) const override {}

    Error translated(const Poco::Exception& error) const override {
        const auto state = sqlState(error.displayText());
        const auto is = [&](std::string_view start) { return state.starts_with(start); };
        const bool isLost =
            dynamic_cast<const Poco::Data::ConnectionFailedException*>(&error) != nullptr ||
            dynamic_cast<const Poco::Data::NotConnectedException*>(&error) != nullptr;
        if (is("28"))
            return {ErrorKind::Internal,
                    "the database does not accept our user or password: see /store/postgresql"};
        if (is("42501"))
            return {ErrorKind::Internal,
                    "the database does not let our user do this: it must own its schema"};
        if (is("53100"))
            return {ErrorKind::Unavailable,
                    "the disk of the database is full, so nothing was saved: free some space",
                    fhir::ErrorOrigin::Store};
        if (is("40") || is("55P03") || is("57014"))
            return {ErrorKind::Unavailable, "the database is busy: what we waited for did not come",
                    fhir::ErrorOrigin::Store};
        if (isLost || state.empty() || is("08") || is("57P") || is("53"))
            return {ErrorKind::Unavailable,
                    "the database cannot be reached, or is starting or stopping: " + where_,
                    fhir::ErrorOrigin::Store};
        return {ErrorKind::Internal, "the database failed: SQLSTATE " + state};
    }

private:
    /// The server cannot be had. Waiting for it mends that, unless it is TLS or our name and
    /// password that it refuses: libpq's own words tell, which may not be shown.
    [[noreturn]] static void sayWhyNot(std::string_view why) {
        const auto tells = [&](std::string_view words) { return why.find(words) != why.npos; };
        if (tells("certificate") || tells("does not support SSL"))
            throw Error(ErrorKind::Internal,
                        "the database cannot be reached by TLS as /store/postgresql/tls asks: its "
                        "certificate must carry the name in host and come from an authority in "
                        "the file that certificateAuthorities names");
        if (tells("pg_hba.conf") || tells("authentication failed") || tells("no password"))
            throw Error(ErrorKind::Internal,
                        "the database does not accept our user or password, or wants TLS: see "
                        "/store/postgresql");
        throw Poco::Data::ConnectionFailedException("the server does not answer");
    }

    Poco::Data::Session connect() const {
        try {
            return Poco::Data::Session(pg::Connector::KEY, connection_.reveal());
        } catch (const Poco::Data::ConnectionFailedException& error) {
            sayWhyNot(error.displayText());
        }
    }

    [[noreturn]] void sayWhyNot() const {
        const std::unique_ptr<PGconn, decltype(&PQfinish)> tried(
            PQconnectdb(connection_.reveal().c_str()), &PQfinish);
        sayWhyNot(PQerrorMessage(tried.get()));
    }

    /// The library splits its connection text at blanks and knows no quotes.
    void add(const char* name, const std::string& value) {
        if (value.empty() || value.find_first_of(" \t\r\n'\\=;") != std::string::npos)
            throw Error(ErrorKind::InvalidInput,
                        std::string("must not be empty, nor hold blanks, quotes, \"\\\", \";\" or "
                                    "\"=\": ") +
                            name,
                        "/store/postgresql");
        connection_ = fhir::Secret(connection_.reveal() + name + "=" + value + " ");
    }

    std::string where_;
    fhir::Secret connection_;
};

}  // namespace

std::unique_ptr<Engine> makePostgreSqlEngine(const PostgreSqlOptions& options) {
    return std::make_unique<PostgreSqlEngine>(options);
}

}  // namespace plugin::store
