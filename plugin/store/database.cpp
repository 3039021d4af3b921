#include "plugin/store/database.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "fhir/base/error.h"
#include "plugin/store/key_file.h"
#include "plugin/store/migration.h"
#include "plugin/store/session_pool.h"

namespace plugin::store {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using namespace Poco::Data::Keywords;
namespace filesystem = std::filesystem;

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

/// Undoes the transaction unless it was committed.
class Transaction {
public:
    explicit Transaction(Poco::Data::Session& session) : session_(session) {
        session_ << "BEGIN IMMEDIATE", now;
    }
    ~Transaction() {
        if (isCommitted_) return;
        try {
            session_ << "ROLLBACK", now;
        } catch (const Poco::Exception&) {
            // SQLite has rolled back on its own (disk full) or the session is beyond use; both
            // ways nothing of the transaction stays once the session is closed.
            session_.close();
        }
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit() {
        session_ << "COMMIT", now;
        isCommitted_ = true;
    }

private:
    Poco::Data::Session& session_;
    bool isCommitted_ = false;
};

}  // namespace

struct Database::Pool : SessionPool {
    using SessionPool::SessionPool;
};

Database::Database(const Options& options, fhir::Clock clock) {
    if (options.path.empty())
        throw Error(ErrorKind::InvalidInput, "name the file of the database", "/store/path");
    // Absolute, so that no name means something else to SQLite (":memory:", "file:…").
    const auto file = filesystem::absolute(options.path).lexically_normal().string();
    prepareFile(file);
    pool_ = std::make_unique<Pool>(file);
    try {
        pool_->with(migrate);
        auto keys = options.keys;
        if (keys.empty()) keys.push_back(keyInFile(file + ".key"));
        vault_ = std::make_unique<Vault>(*this, Cipher(std::move(keys)), clock.now());
    } catch (const Error& error) {
        throw error.in(file);
    }
}

Database::~Database() = default;

void Database::read(const std::function<void(Poco::Data::Session&)>& work) const {
    pool_->with(work);
}

void Database::transaction(const std::function<void(Poco::Data::Session&)>& work) {
    pool_->with([&](Poco::Data::Session& session) {
        Transaction transaction(session);
        work(session);
        transaction.commit();
    });
}

void Database::lock(Poco::Data::Session&, const std::string&) const {}

int Database::schemaVersion() const {
    int version = 0;
    read([&](Poco::Data::Session& session) { version = store::schemaVersion(session); });
    return version;
}

}  // namespace plugin::store
