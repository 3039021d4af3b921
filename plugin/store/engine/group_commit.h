#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "plugin/store/engine/session_pool.h"

namespace plugin::store {

/// The writers of this process on a database that has one writer at a time: they take turns, and
/// those who wait for each other share one transaction, so that the disk is waited for once and
/// not once for each. Who fails undoes its own part (a savepoint); all return when all of it is on
/// disk.
class GroupCommit {
public:
    /// Nobody joins a transaction that began longer ago than `joinFor`: who came first waits too.
    explicit GroupCommit(SessionPool& pool,
                         std::chrono::milliseconds joinFor = std::chrono::milliseconds(20))
        : pool_(pool), joinFor_(joinFor) {}

    /// Runs `work` on this thread, alone. What it changed is on disk when this returns; when it
    /// throws, nothing of it is. Waits up to 10 s for its turn, then Error{Unavailable}.
    void run(const std::function<void(Poco::Data::Session&)>& work);

    /// How many wait for their turn.
    int waiting() const;

private:
    struct Group;
    using GroupPtr = std::shared_ptr<Group>;

    /// Waits for its turn, and goes on with the transaction that is open, or begins one.
    GroupPtr join();
    /// Ends its turn: whoever waits goes on with the transaction, or it is committed.
    void leave(const GroupPtr& group);
    void end(Group& group) noexcept;
    void passTurn() noexcept;

    SessionPool& pool_;
    const std::chrono::milliseconds joinFor_;
    mutable std::mutex mutex_;
    std::condition_variable turn_, over_;
    GroupPtr open_;  ///< the transaction that whoever comes next goes on with
    int waiting_ = 0;
    bool isTaken_ = false;  ///< it is somebody's turn
};

}  // namespace plugin::store
