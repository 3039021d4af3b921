#include "plugin/store/session_pool.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/SQLiteException.h>

#include <chrono>

#include "fhir/base/error.h"

namespace plugin::store {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using namespace Poco::Data::Keywords;
namespace sqlite = Poco::Data::SQLite;

constexpr std::chrono::seconds kWaitMax{10};

/// What an exception of the database library means to a caller. Its own text never holds values:
/// all of them are bound, not written into the SQL.
Error translated(const Poco::Exception& error) {
    const auto is = [&]<class... Kinds>() {
        return ((dynamic_cast<const Kinds*>(&error) != nullptr) || ...);
    };
    if (is.operator()<sqlite::DBLockedException, sqlite::TableLockedException,
                      sqlite::LockProtocolException>())
        return {ErrorKind::Unavailable,
                "the database is busy: something else has been writing to it for 10 seconds"};
    if (is.operator()<sqlite::DatabaseFullException>())
        return {ErrorKind::Internal,
                "the disk of the database is full, so nothing was saved: free some space"};
    if (is.operator()<sqlite::ReadOnlyException, sqlite::CantOpenDBFileException,
                      sqlite::DBAccessDeniedException>())
        return {ErrorKind::Internal,
                "the database cannot be written: its file and its folder must belong to the user "
                "that this program runs as, on a disk that is not read-only"};
    if (is.operator()<sqlite::IOErrorException>())
        return {ErrorKind::Internal,
                "the disk of the database refused, so nothing was saved: see the system's log"};
    if (is.operator()<sqlite::CorruptImageException>())
        return {ErrorKind::Internal,
                "the database file is damaged: stop the service and restore it from a backup"};
    return {ErrorKind::Internal, "the database failed: " + error.displayText()};
}

}  // namespace

Poco::Data::Session SessionPool::open() const {
    static std::once_flag registered;
    std::call_once(registered, [] { sqlite::Connector::registerConnector(); });
    Poco::Data::Session session(sqlite::Connector::KEY, file_);
    try {
        int schema = 0;
        session << "PRAGMA schema_version", into(schema), now;  // reads the head of the file
    } catch (const sqlite::CorruptImageException&) {
        throw Error(ErrorKind::InvalidInput,
                    "the file is no database, or the head of it is damaged: name another file, or "
                    "restore it from a backup");
    }
    // FULL: a person was told "saved", so it must outlive a power cut. Temporary tables would be
    // files outside our folder. The log file shrinks again after a large transaction.
    session << "PRAGMA busy_timeout = 10000", now;
    session << "PRAGMA synchronous = FULL", now;
    session << "PRAGMA foreign_keys = ON", now;
    session << "PRAGMA temp_store = MEMORY", now;
    session << "PRAGMA journal_size_limit = 67108864", now;
    return session;
}

Poco::Data::Session SessionPool::take() {
    std::unique_lock lock(mutex_);
    if (!free_.wait_for(lock, kWaitMax, [&] { return taken_ < kSessionsMax; }))
        throw Error(ErrorKind::Unavailable,
                    "the database is busy: no session became free within 10 seconds");
    ++taken_;
    if (idle_.empty()) {
        lock.unlock();
        try {
            return open();
        } catch (...) {
            giveBack(nullptr);
            throw;
        }
    }
    auto session = std::move(idle_.back());
    idle_.pop_back();
    return session;
}

void SessionPool::giveBack(const Poco::Data::Session* session) noexcept {
    {
        const std::scoped_lock lock(mutex_);
        --taken_;
        if (session != nullptr) idle_.push_back(*session);
    }
    free_.notify_one();
}

void SessionPool::with(const std::function<void(Poco::Data::Session&)>& work) {
    try {
        auto session = take();
        try {
            work(session);
        } catch (const Error&) {
            giveBack(session.isConnected() ? &session : nullptr);  // our own refusal
            throw;
        } catch (...) {
            session.close();
            giveBack(nullptr);
            throw;
        }
        giveBack(&session);
    } catch (const Poco::Exception& error) {
        throw translated(error);
    }
}

}  // namespace plugin::store
