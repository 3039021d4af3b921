#pragma once

#include <functional>
#include <memory>
#include <string>

#include "plugin/store/options.h"
#include "plugin/store/vault.h"

namespace Poco::Data {
class Session;
}

namespace plugin::store {

/// The database: opened, migrated, and shared by the files that own a table each.
///
/// SQLite in WAL mode: readers do not wait, one writer at a time; a writer waits up to 10 s.
/// May be used from several threads and, on the same file, from several processes at once.
class Database {
public:
    /// Opens the file, making it where there is none, and applies the migrations that are
    /// missing, under a lock. Throws Error{InvalidInput} when the file is no database of ours or
    /// its schema is newer than this program, Error{Internal} when the disk refuses.
    explicit Database(const Options& options, fhir::Clock clock = {});
    /// A SQLite file with its key beside it.
    explicit Database(const std::string& path) : Database(Options{.path = path}) {}
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Runs `work` with a session. What it changes is committed statement by statement.
    void read(const std::function<void(Poco::Data::Session&)>& work) const;
    /// Runs `work` in one transaction (BEGIN IMMEDIATE): all of it is on disk when this returns;
    /// none of it when it throws.
    void transaction(const std::function<void(Poco::Data::Session&)>& work);

    /// Nobody else gets past the same name before the end of this transaction. On SQLite every
    /// transaction is alone in any case.
    void lock(Poco::Data::Session& session, const std::string& name) const;

    int schemaVersion() const;

    /// What seals and opens patient data.
    Vault& vault() noexcept { return *vault_; }
    const Vault& vault() const noexcept { return *vault_; }

private:
    struct Pool;
    std::unique_ptr<Pool> pool_;
    std::unique_ptr<Vault> vault_;
};

}  // namespace plugin::store
