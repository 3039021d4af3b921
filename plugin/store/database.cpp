#include "plugin/store/database.h"

#include <mutex>
#include <utility>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "plugin/store/audit_table.h"
#include "plugin/store/companion_table.h"
#include "plugin/store/engine.h"
#include "plugin/store/fault_point.h"
#include "plugin/store/group_commit.h"
#include "plugin/store/key_file.h"
#include "plugin/store/merge_table.h"
#include "plugin/store/migration.h"
#include "plugin/store/outbox_table.h"
#include "plugin/store/session_pool.h"
#include "plugin/store/statement_table.h"
#include "plugin/store/transaction.h"
#include "plugin/store/typist_table.h"
#include "plugin/store/ward_table.h"

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
struct Database::Ears {
    void hear(const Change& change) {
        const std::lock_guard lock(mutex);
        if (listener) listener(change);
    }
    std::mutex mutex;
    ChangeListener listener;
    std::unique_ptr<Listening> listening;
};

Database::Database(const Options& options, const fhir::Clock& clock)
    : ears_(std::make_unique<Ears>()) {
    const bool isFile = options.engine == Options::Engine::Sqlite;
    pool_ = std::make_unique<Pool>(isFile ? makeSqliteEngine(options)
                                          : makePostgreSqlEngine(options.postgresql));
    const auto where = pool_->engine().where();
    try {
        pool_->with([&](Poco::Data::Session& session) { migrate(pool_->engine(), session); });
        auto keys = options.keys;
        if (keys.empty() && isFile) keys.push_back(keyInFile(where + ".key"));
        vault_ = std::make_unique<Vault>(*this, Cipher(std::move(keys)), clock.now());
        reseal();  // what is there from before there were keys
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
    for (const auto& change : std::exchange(announced, {})) ears_->hear(change);
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
        if (!isTold) ears_->hear(change);
    } catch (const std::exception&) {
        fhir::log::warning("a change was not announced");
    }
}

void Database::listen(ChangeListener listener) {
    ears_->listening.reset();
    {
        const std::lock_guard lock(ears_->mutex);
        ears_->listener = std::move(listener);
        if (!ears_->listener) return;
    }
    ears_->listening = pool_->engine().listen(
        [ears = ears_.get()](const std::string& text) { ears->hear(toChange(text)); });
}

void Database::lock(Poco::Data::Session& session, const std::string& name) const {
    pool_->engine().lock(session, name);
}

bool Database::tryLock(Poco::Data::Session& session, const std::string& name) const {
    return pool_->engine().tryLock(session, name);
}

std::size_t Database::reseal() {
    constexpr int kRowsAtOnce = 100;
    std::size_t sealed = 0;
    for (const auto step :
         {StatementTable::reseal, OutboxTable::reseal, CompanionTable::reseal, WardTable::reseal,
          MergeTable::reseal, AuditTable::reseal, TypistTable::reseal}) {
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
