#include "plugin/store/engine/group_commit.h"

#include <exception>
#include <optional>
#include <utility>

#include "fhir/base/error.h"
#include "plugin/store/engine/fault_point.h"
#include "plugin/store/engine/transaction.h"

namespace plugin::store {
namespace {

using fhir::Error;
using namespace Poco::Data::Keywords;

constexpr std::chrono::seconds kTurnMax{10};

}  // namespace

/// One transaction with the work of several. It belongs to whose turn it is; `fault` and `isOver`
/// to the mutex once it is over.
struct GroupCommit::Group {
    explicit Group(SessionPool& pool) : lease(std::in_place, pool) {
        transaction.emplace(pool.engine(), lease->session());
    }

    std::optional<SessionPool::SessionLease> lease;
    std::optional<Transaction> transaction;
    const std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
    bool isWorthCommitting = false;  ///< somebody's work is in it
    bool isInvalid = false;          ///< the library failed in it: nobody joins any more
    std::optional<Error> fault;      ///< why nothing of it was saved
    bool isOver = false;
};

void GroupCommit::run(const std::function<void(Poco::Data::Session&)>& work) {
    const auto group = join();
    auto& session = group->lease->session();
    std::exception_ptr refusal;
    std::optional<Error> failure;  // of the database
    try {
        session << "SAVEPOINT member", now;
        faultPoint("transaction/begun");
        work(session);
        faultPoint("transaction/done");
        session << "RELEASE member", now;
        group->isWorthCommitting = true;
    } catch (const Error&) {
        refusal = std::current_exception();
    } catch (const Poco::Exception& error) {
        failure = pool_.engine().translated(error);
        refusal = std::make_exception_ptr(*failure);
        group->isInvalid = true;
    } catch (...) {
        refusal = std::current_exception();
        group->isInvalid = true;
    }
    if (refusal) {
        try {
            session << "ROLLBACK TO member", now;
            session << "RELEASE member", now;
        } catch (const Poco::Exception& error) {
            // A full disk undoes the transaction as a whole.
            group->isInvalid = true;
            group->fault = failure ? *failure : pool_.engine().translated(error);
        }
    }
    leave(group);
    {
        // Who refuses waits too: it may have seen what others of the group wrote.
        std::unique_lock lock(mutex_);
        over_.wait(lock, [&] { return group->isOver; });
        if (group->fault) throw Error(*group->fault);
    }
    if (refusal) std::rethrow_exception(refusal);
}

int GroupCommit::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_;
}

GroupCommit::GroupPtr GroupCommit::join() {
    {
        std::unique_lock lock(mutex_);
        ++waiting_;
        const bool hasTurn = turn_.wait_for(lock, kTurnMax, [&] { return !isTaken_; });
        --waiting_;
        if (!hasTurn)
            throw Error(fhir::ErrorKind::Unavailable,
                        "the database is busy: we have been writing to it for 10 seconds",
                        fhir::ErrorOrigin::Store);
        isTaken_ = true;
        if (open_) return std::exchange(open_, nullptr);
    }
    try {
        return std::make_shared<Group>(pool_);
    } catch (const Poco::Exception& error) {
        passTurn();
        throw pool_.engine().translated(error);
    } catch (...) {
        passTurn();
        throw;
    }
}

void GroupCommit::leave(const GroupPtr& group) {
    const auto age = std::chrono::steady_clock::now() - group->began;
    if (!group->isInvalid && age < joinFor_) {
        const std::lock_guard lock(mutex_);
        // Who waits takes the turn, or finds it taken by another who will be here in turn.
        if (waiting_ > 0) {
            open_ = group;
            isTaken_ = false;
            turn_.notify_one();
            return;
        }
    }
    end(*group);
}

void GroupCommit::end(Group& group) noexcept {
    std::optional<Error> fault;
    try {
        if (group.isWorthCommitting && !group.fault) group.transaction->commit();
    } catch (const Poco::Exception& error) {
        group.isInvalid = true;
        fault = pool_.engine().translated(error);
    }
    group.transaction.reset();
    if (group.isInvalid) group.lease->invalidate();
    group.lease.reset();
    {
        const std::lock_guard lock(mutex_);
        if (fault) group.fault = std::move(fault);
        group.isOver = true;
    }
    over_.notify_all();
    passTurn();
}

void GroupCommit::passTurn() noexcept {
    {
        const std::lock_guard lock(mutex_);
        isTaken_ = false;
    }
    turn_.notify_one();
}

}  // namespace plugin::store
