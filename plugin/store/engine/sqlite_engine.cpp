#include <Poco/Data/SQLite/SQLiteException.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>

#include "fhir/base/clock.h"
#include "plugin/store/engine/engine.h"
#include "plugin/store/engine/sqlite_session.h"

namespace plugin::store {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using namespace Poco::Data::Keywords;
namespace filesystem = std::filesystem;
namespace sqlite = Poco::Data::SQLite;

/// "What" in ASCII: the application id in the header of our SQLite files (sqlite.org/fileformat2,
/// section 1.3.15).
constexpr int kApplicationId = 0x57686174;

template <class T>
T value(Poco::Data::Session& session, const char* sql) {
    T result{};
    session << sql, into(result), now;
    return result;
}

[[noreturn]] void refuseFile(ErrorKind kind, const std::string& file, const std::string& why) {
    throw Error(kind, "the database file " + file + " " + why, "/store/path");
}

/// Makes the file where there is none, and lets nobody but its owner read it. Never opens it:
/// closing any descriptor of the file drops the locks that SQLite holds on it in this process
/// (fcntl(2), record locks).
void prepareFile(const std::string& file) {
    const auto systemError = [] {
        return std::error_code(errno, std::generic_category()).message();
    };
    std::error_code ignored;
    const auto folder = filesystem::path(file).parent_path();
    if (!filesystem::is_directory(folder, ignored))
        refuseFile(ErrorKind::InvalidInput, file, "cannot be made: its folder does not exist");
    if (::mknod(file.c_str(), S_IFREG | S_IRUSR | S_IWUSR, 0) == 0) return;
    if (errno != EEXIST)
        refuseFile(ErrorKind::Internal, file,
                   "cannot be made (" + systemError() +
                       "): its folder must belong to the user that this program runs as");
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0)
        refuseFile(ErrorKind::Internal, file, "cannot be looked at: " + systemError());
    if (!S_ISREG(status.st_mode)) refuseFile(ErrorKind::InvalidInput, file, "is no file");
    constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
    if ((status.st_mode & kOthers) != 0 && ::chmod(file.c_str(), S_IRUSR | S_IWUSR) != 0)
        refuseFile(ErrorKind::Internal, file,
                   "can be read by others, and that cannot be changed (" + systemError() +
                       "): it must belong to the user that this program runs as");
}

/// One file in WAL mode.
class SqliteEngine final : public Engine {
public:
    explicit SqliteEngine(std::string file) : file_(std::move(file)) { prepareFile(file_); }

    std::string_view name() const noexcept override { return "sqlite"; }
    std::string where() const override { return file_; }

    Poco::Data::Session open() const override {
        auto session = openSqliteSession(file_);
        try {
            value<int>(session, "PRAGMA schema_version");  // reads the head of the file
        } catch (const sqlite::CorruptImageException&) {
            throw Error(ErrorKind::InvalidInput,
                        "the file is no database, or the head of it is damaged: name another "
                        "file, or restore it from a backup");
        }
        // FULL: a person was told "saved", so it must outlive a power cut. Temporary tables would
        // be files outside our folder. The log file shrinks again after a large transaction.
        session << "PRAGMA busy_timeout = 10000", now;
        session << "PRAGMA synchronous = FULL", now;
        session << "PRAGMA foreign_keys = ON", now;
        session << "PRAGMA temp_store = MEMORY", now;
        session << "PRAGMA journal_size_limit = 67108864", now;
        return session;
    }

    bool isAlive(Poco::Data::Session& /*session*/) const noexcept override { return true; }

    void begin(Poco::Data::Session& session) const override { session << "BEGIN IMMEDIATE", now; }

    void beginMigration(Poco::Data::Session& session) const override {
        session << "PRAGMA busy_timeout = 120000", now;
        begin(session);
        session << "PRAGMA busy_timeout = 10000", now;
    }

    void beginSnapshot(Poco::Data::Session& session) const override { session << "BEGIN", now; }

    /// BEGIN IMMEDIATE has locked everything.
    void lock(Poco::Data::Session& /*session*/, const std::string& /*name*/) const override {}

    bool tryLock(Poco::Data::Session& /*session*/, const std::string& /*name*/) const override {
        return true;
    }

    bool announce(Poco::Data::Session& /*session*/, const std::string& /*text*/) const override {
        return false;
    }

    std::unique_ptr<Listening> listen(
        std::function<void(const std::string&)> /*heard*/) const override {
        return nullptr;
    }

    void requireOurs(Poco::Data::Session& session) const override {
        if (value<int>(session, "PRAGMA application_id") == kApplicationId) return;
        if (value<int>(session, "SELECT COUNT(*) FROM sqlite_master") == 0) return;
        throw Error(ErrorKind::InvalidInput,
                    "the file is a database of another program: name another file for ours");
    }

    /// Write-ahead log: readers and the one writer do not wait for each other. The library's
    /// waiting for locks does not cover this step, so that it is tried for 10 seconds here.
    void prepare(Poco::Data::Session& session) const override {
        const auto until = fhir::deadlineIn(std::chrono::seconds(10));
        while (true) {
            try {
                if (value<std::string>(session, "PRAGMA journal_mode = WAL") == "wal") return;
                throw Error(ErrorKind::Internal,
                            "the disk of the database does not allow a write-ahead log (SQLite "
                            "WAL): put the file on a local disk");
            } catch (const sqlite::DBLockedException&) {
                if (std::chrono::steady_clock::now() > until) throw;
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        }
    }

    void mark(Poco::Data::Session& session) const override {
        session << "PRAGMA application_id = " + std::to_string(kApplicationId), now;
    }

    /// The library's own text never holds values: all of them are bound, not written into the SQL.
    Error translated(const Poco::Exception& error) const override {
        const auto is = [&]<class... Kinds>() {
            return ((dynamic_cast<const Kinds*>(&error) != nullptr) || ...);
        };
        if (is.operator()<sqlite::DBLockedException, sqlite::TableLockedException,
                          sqlite::LockProtocolException>())
            return {ErrorKind::Unavailable,
                    "the database is busy: something else has been writing to it for 10 seconds",
                    fhir::ErrorOrigin::Store};
        if (is.operator()<sqlite::DatabaseFullException>())
            return {ErrorKind::Unavailable,
                    "the disk of the database is full, so nothing was saved: free some space",
                    fhir::ErrorOrigin::Store};
        if (is.operator()<sqlite::ReadOnlyException, sqlite::CantOpenDBFileException,
                          sqlite::DBAccessDeniedException>())
            return {ErrorKind::Internal,
                    "the database cannot be written: its file and its folder must belong to the "
                    "user that this program runs as, on a disk that is not read-only"};
        if (is.operator()<sqlite::IOErrorException>())
            return {ErrorKind::Unavailable,
                    "the disk of the database refused, so nothing was saved: free some space, and "
                    "see the system's log",
                    fhir::ErrorOrigin::Store};
        if (is.operator()<sqlite::CorruptImageException>())
            return {ErrorKind::Internal,
                    "the database file is damaged: stop the service and restore it from a backup"};
        return {ErrorKind::Internal, "the database failed: " + error.displayText()};
    }

private:
    const std::string file_;
};

}  // namespace

std::unique_ptr<Engine> makeSqliteEngine(const Options& options) {
    if (options.path.empty())
        throw Error(ErrorKind::InvalidInput, "name the file of the database", "/store/path");
    // Absolute, so that no name means something else to SQLite (":memory:", "file:…").
    return std::make_unique<SqliteEngine>(
        filesystem::absolute(options.path).lexically_normal().string());
}

}  // namespace plugin::store
