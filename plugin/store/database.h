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

/// Seals up to `limit` rows of one table by the current data key and returns how many there were;
/// 0 once all are.
using ResealStep = std::size_t (*)(Poco::Data::Session& session, const Vault& vault, int limit);

/// The database: opened, migrated, and shared by the files that own a table each.
///
/// A SQLite file in WAL mode (readers do not wait, one writer at a time; a writer waits up to
/// 10 s), or a PostgreSQL database at READ COMMITTED, for several instances on several machines.
/// May be used from several threads, and from several processes at once.
class Database {
public:
    /// Opens the database, making the file where there is none, and applies the migrations that
    /// are missing, under a lock. Throws Error{InvalidInput} when what is there is not ours, its
    /// schema is newer than this program, or no key of ours opens it; Error{Unavailable} when the
    /// server cannot be reached, Error{Internal} when the disk refuses.
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

    /// Nobody else gets past the same name before the end of this transaction. On SQLite every
    /// transaction is alone in any case.
    void lock(Poco::Data::Session& session, const std::string& name) const;
    /// The same without waiting: false where somebody else has it.
    bool tryLock(Poco::Data::Session& session, const std::string& name) const;

    /// Inside a transaction: has whoever listens, in every instance on this database, told of a
    /// change once it is committed.
    void announce(Poco::Data::Session& session, const Change& change) const;
    /// The same of what is on disk already. Never throws: who misses it looks by itself.
    void announceNow(const Change& change) const noexcept;
    /// Who is told of changes from now on; nobody with {}, and nobody any more when it returns.
    void listen(ChangeListener listener);

    Options::Engine engine() const noexcept;
    int schemaVersion() const;

    /// Seals by the current data key what older ones sealed, or none, in steps of 100 rows that
    /// writers and readers pass between. Returns how many rows were sealed.
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
