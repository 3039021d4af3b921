#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "plugin/store/engine/session_pool.h"

namespace plugin::store {

/// Groups the writers of this process on a database that has one writer at a time: they take turns,
/// and those that wait for each other share one transaction, so that they wait for the disk once. A
/// writer that fails undoes its own part (a savepoint); all return when all of it is on disk.
class GroupCommit {
public:
    /// Nobody joins a transaction that began longer ago than `joinFor`, because its first writer
    /// waits too.
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

    /// Waits for its turn, then continues the open transaction or begins one.
    GroupPtr join();
    /// Ends its turn: the next that waits continues the transaction, or it is committed.
    void leave(const GroupPtr& group);
    void end(Group& group) noexcept;
    void passTurn() noexcept;

    SessionPool& pool_;
    const std::chrono::milliseconds joinFor_;
    mutable std::mutex mutex_;
    std::condition_variable turn_, over_;
    GroupPtr open_;  ///< the transaction that the next writer continues
    int waiting_ = 0;
    bool isTaken_ = false;  ///< a writer has its turn
};

}  // namespace plugin::store
