#pragma once

#include <Poco/Data/Session.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "fhir/base/error.h"
#include "plugin/store/options.h"

namespace plugin::store {

/// Receives what other processes announce, until it is destroyed.
class Listening {
public:
    Listening() = default;
    virtual ~Listening() = default;
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

    /// The channel on which everything of ours is announced.
    static constexpr const char* kChannel = "whatmatters";
};

/// What the two kinds of database do differently. Everything else is SQL that both understand:
/// parameters are written $1, $2, … in the order of their first use.
class Engine {
public:
    Engine() = default;
    virtual ~Engine() = default;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// "sqlite", "postgresql": the middle part of the names of migrations that only this engine
    /// runs.
    virtual std::string_view name() const noexcept = 0;
    /// The name of the database in errors: the file, or the server and database.
    virtual std::string where() const = 0;

    virtual Poco::Data::Session open() const = 0;
    /// Whether a session that lay idle can still be used.
    virtual bool isAlive(Poco::Data::Session& session) const noexcept = 0;
    /// Begins a transaction that may write.
    virtual void begin(Poco::Data::Session& session) const = 0;
    /// The same for the migrations; waits up to 2 min, because on a slow machine several instances
    /// may wait for each other.
    virtual void beginMigration(Poco::Data::Session& session) const = 0;
    /// Begins a transaction that only reads, and sees no change of others.
    virtual void beginSnapshot(Poco::Data::Session& session) const = 0;
    /// See Database::lock.
    virtual void lock(Poco::Data::Session& session, const std::string& name) const = 0;
    virtual bool tryLock(Poco::Data::Session& session, const std::string& name) const = 0;

    /// Announces a text to every process that listens, once the transaction is committed. False if
    /// only this process can be told.
    virtual bool announce(Poco::Data::Session& session, const std::string& text) const = 0;
    /// Calls `heard` from another thread with what any process announces, and with "" if something
    /// may have been missed. nullptr if only this process can be told.
    virtual std::unique_ptr<Listening> listen(
        std::function<void(const std::string&)> heard) const = 0;

    /// Throws Error{InvalidInput} if the database holds anything but our tables.
    virtual void requireOurs(Poco::Data::Session& session) const = 0;
    /// Sets what must be set before the first transaction of a new database.
    virtual void prepare(Poco::Data::Session& session) const = 0;
    /// Marks the database as ours, inside the migration's transaction.
    virtual void mark(Poco::Data::Session& session) const = 0;

    /// Translates an exception of the database library: Unavailable, with the origin Store, if it
    /// may work again later, a full disk included. Never holds a value of a row.
    virtual fhir::Error translated(const Poco::Exception& error) const = 0;
};

std::unique_ptr<Engine> makeSqliteEngine(const Options& options);
std::unique_ptr<Engine> makePostgreSqlEngine(const PostgreSqlOptions& options);

}  // namespace plugin::store
