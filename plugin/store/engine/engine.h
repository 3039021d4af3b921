#pragma once

#include <Poco/Data/Session.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "fhir/base/error.h"
#include "plugin/store/options.h"

namespace plugin::store {

/// Hears what other processes announce, until it is destroyed.
class Listening {
public:
    Listening() = default;
    virtual ~Listening() = default;
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

    /// Under which everything of ours is announced.
    static constexpr const char* kChannel = "whatmatters";
};

/// What the two kinds of database do differently. Everything else is SQL that both read alike:
/// parameters are written $1, $2, … in the order in which they first stand.
class Engine {
public:
    Engine() = default;
    virtual ~Engine() = default;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// "sqlite", "postgresql": the middle of the name of a migration that only this one runs.
    virtual std::string_view name() const noexcept = 0;
    /// What faults are said to be about: the file, or the server and database.
    virtual std::string where() const = 0;

    virtual Poco::Data::Session open() const = 0;
    /// Whether a session that lay idle can still be used.
    virtual bool isAlive(Poco::Data::Session& session) const noexcept = 0;
    /// Begins a transaction that may write.
    virtual void begin(Poco::Data::Session& session) const = 0;
    /// The same for the migrations, for which several instances may wait on a slow machine: 2 min.
    virtual void beginMigration(Poco::Data::Session& session) const = 0;
    /// Begins one that reads alone, and sees no change of others.
    virtual void beginSnapshot(Poco::Data::Session& session) const = 0;
    /// See Database::lock.
    virtual void lock(Poco::Data::Session& session, const std::string& name) const = 0;
    virtual bool tryLock(Poco::Data::Session& session, const std::string& name) const = 0;

    /// Announces a text to every process that listens, once the transaction is committed. False
    /// where only this process can be told.
    virtual bool announce(Poco::Data::Session& session, const std::string& text) const = 0;
    /// Has `heard` called with what is announced, by whichever process, from another thread; with
    /// "" where something may have been missed. nullptr where only this process can be told.
    virtual std::unique_ptr<Listening> listen(
        std::function<void(const std::string&)> heard) const = 0;

    /// Throws Error{InvalidInput} where something else than our tables is there.
    virtual void requireOurs(Poco::Data::Session& session) const = 0;
    /// What must be set before the first transaction of a new database.
    virtual void prepare(Poco::Data::Session& session) const = 0;
    /// Marks the database as ours, inside the migration's transaction.
    virtual void mark(Poco::Data::Session& session) const = 0;

    /// What an exception of the database library means to a caller: Unavailable, of the origin
    /// Store, where it may be well again later, a full disk included. Never a value of a row.
    virtual fhir::Error translated(const Poco::Exception& error) const = 0;
};

std::unique_ptr<Engine> makeSqliteEngine(const Options& options);
std::unique_ptr<Engine> makePostgreSqlEngine(const PostgreSqlOptions& options);

}  // namespace plugin::store
