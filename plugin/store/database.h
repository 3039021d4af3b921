#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "plugin/store/change.h"
#include "plugin/store/options.h"
#include "plugin/store/sealing/vault.h"

namespace Poco::Data {
class Session;
}

namespace plugin::store {

/// Seals up to `limit` rows of one table with the current data key and returns how many there were;
/// 0 once all are sealed.
using ResealStep = std::size_t (*)(Poco::Data::Session& session, const Vault& vault, int limit);

/// The database: opened, migrated, and shared by the files that each own a table.
///
/// A SQLite file in WAL mode (readers do not wait, one writer at a time; a writer waits up to
/// 10 s), or a PostgreSQL database at READ COMMITTED, for several instances on several machines.
/// May be used from several threads, and from several processes at once.
class Database {
public:
    /// Opens the database, making the file if there is none, and applies the migrations that are
    /// missing, under a lock. Throws Error{InvalidInput} when what is there is not ours, its schema
    /// is newer than this program, or no key of ours opens it; Error{Unavailable} when the server
    /// cannot be reached, Error{Internal} when the disk refuses.
    explicit Database(const Options& options, const fhir::Clock& clock = {});
    /// A SQLite file with its key beside it.
    explicit Database(const std::string& path) : Database(Options{.path = path}) {}
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Runs `work` with a session. What it changes is committed statement by statement.
    void read(const std::function<void(Poco::Data::Session&)>& work) const;
    /// Runs `work` on the database as it is at one moment, while others write on.
    void snapshot(const std::function<void(Poco::Data::Session&)>& work) const;
    /// Runs `work` in one transaction: all of it is on disk when this returns; none of it when it
    /// throws, except Error{Unavailable} on PostgreSQL, whose answer to the commit may be lost.
    void transaction(const std::function<void(Poco::Data::Session&)>& work);

    /// Locks `name` until this transaction ends; whoever else locks it waits. On SQLite every
    /// transaction is alone in any case.
    void lock(Poco::Data::Session& session, const std::string& name) const;
    /// Does the same without waiting: false if somebody else has it.
    bool tryLock(Poco::Data::Session& session, const std::string& name) const;

    /// Inside a transaction: announces a change, once it is committed, to the listeners of every
    /// instance on this database.
    void announce(Poco::Data::Session& session, const Change& change) const;
    /// Announces a change that is already committed. Never throws: a listener that misses it finds
    /// it by polling.
    void announceNow(const Change& change) const noexcept;
    /// Sets who is told of changes from now on; {}: nobody is. The former listener is not called
    /// any more when this returns.
    void listen(ChangeListener listener);

    Options::Engine engine() const noexcept;
    int schemaVersion() const;

    /// Seals with the current data key what older ones sealed, or none, in steps of 100 rows,
    /// between which others can read and write. Returns how many rows were sealed.
    std::size_t reseal(std::span<const ResealStep> steps);

    /// What seals and opens patient data.
    Vault& vault() noexcept { return *vault_; }
    const Vault& vault() const noexcept { return *vault_; }

private:
    struct Pool;
    struct Subscribers;
    std::unique_ptr<Pool> pool_;
    std::unique_ptr<Vault> vault_;
    std::unique_ptr<Subscribers> subscribers_;
};

}  // namespace plugin::store
