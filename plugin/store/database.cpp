#include "plugin/store/database.h"

#include <mutex>
#include <utility>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "plugin/store/engine/engine.h"
#include "plugin/store/engine/fault_point.h"
#include "plugin/store/engine/group_commit.h"
#include "plugin/store/engine/migration.h"
#include "plugin/store/engine/session_pool.h"
#include "plugin/store/engine/transaction.h"
#include "plugin/store/sealing/key_file.h"

namespace plugin::store {
namespace {

using fhir::Error;

/// What the transaction of this thread has announced on an engine that tells nobody else.
thread_local std::vector<Change> announced;

}  // namespace

struct Database::Pool : SessionPool {
    using SessionPool::SessionPool;
    GroupCommit writers{*this};
};

/// Who listens, and how what is announced comes here.
struct Database::Subscribers {
    void notify(const Change& change) {
        const std::lock_guard lock(mutex);
        if (listener) listener(change);
    }
    std::mutex mutex;
    ChangeListener listener;
    std::unique_ptr<Listening> listening;
};

Database::Database(const Options& options, const fhir::Clock& clock)
    : subscribers_(std::make_unique<Subscribers>()) {
    const bool isFile = options.engine == Options::Engine::Sqlite;
    pool_ = std::make_unique<Pool>(isFile ? makeSqliteEngine(options)
                                          : makePostgreSqlEngine(options.postgresql));
    const auto where = pool_->engine().where();
    try {
        pool_->with([&](Poco::Data::Session& session) { migrate(pool_->engine(), session); });
        auto keys = options.keys;
        if (keys.empty() && isFile) keys.push_back(keyInFile(where + ".key"));
        vault_ = std::make_unique<Vault>(*this, Cipher(std::move(keys)), clock.now());
    } catch (const Error& error) {
        throw error.in(where);
    }
}

Database::~Database() = default;

void Database::read(const std::function<void(Poco::Data::Session&)>& work) const {
    pool_->with(work);
}

void Database::transaction(const std::function<void(Poco::Data::Session&)>& work) {
    announced.clear();
    if (engine() == Options::Engine::Sqlite)
        pool_->writers.run(work);
    else
        pool_->with([&](Poco::Data::Session& session) {
            Transaction transaction(pool_->engine(), session);
            faultPoint("transaction/begun");
            work(session);
            faultPoint("transaction/done");
            transaction.commit();
        });
    faultPoint("transaction/committed");
    for (const auto& change : std::exchange(announced, {})) subscribers_->notify(change);
}

void Database::snapshot(const std::function<void(Poco::Data::Session&)>& work) const {
    pool_->with([&](Poco::Data::Session& session) {
        Transaction transaction(pool_->engine(), session, Transaction::Kind::Snapshot);
        work(session);
        transaction.commit();
    });
}

void Database::announce(Poco::Data::Session& session, const Change& change) const {
    if (!pool_->engine().announce(session, toText(change))) announced.push_back(change);
}

void Database::announceNow(const Change& change) const noexcept {
    try {
        bool isTold = false;
        if (engine() == Options::Engine::PostgreSql)
            pool_->with([&](Poco::Data::Session& session) {
                isTold = pool_->engine().announce(session, toText(change));
            });
        if (!isTold) subscribers_->notify(change);
    } catch (const std::exception&) {
        fhir::log::warning("a change was not announced");
    }
}

void Database::listen(ChangeListener listener) {
    subscribers_->listening.reset();
    {
        const std::lock_guard lock(subscribers_->mutex);
        subscribers_->listener = std::move(listener);
        if (!subscribers_->listener) return;
    }
    subscribers_->listening =
        pool_->engine().listen([subscribers = subscribers_.get()](const std::string& text) {
            subscribers->notify(toChange(text));
        });
}

void Database::lock(Poco::Data::Session& session, const std::string& name) const {
    pool_->engine().lock(session, name);
}

bool Database::tryLock(Poco::Data::Session& session, const std::string& name) const {
    return pool_->engine().tryLock(session, name);
}

std::size_t Database::reseal(std::span<const ResealStep> steps) {
    constexpr int kRowsAtOnce = 100;
    std::size_t sealed = 0;
    for (const auto step : steps) {
        std::size_t found = 0;
        do {
            transaction(
                [&](Poco::Data::Session& session) { found = step(session, vault(), kRowsAtOnce); });
            sealed += found;
        } while (found != 0);
    }
    return sealed;
}

Options::Engine Database::engine() const noexcept {
    return pool_->engine().name() == "sqlite" ? Options::Engine::Sqlite
                                              : Options::Engine::PostgreSql;
}

int Database::schemaVersion() const {
    int version = 0;
    read([&](Poco::Data::Session& session) { version = store::schemaVersion(session); });
    return version;
}

}  // namespace plugin::store
