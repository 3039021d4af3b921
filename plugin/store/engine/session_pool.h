#pragma once

#include <Poco/Data/Session.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "plugin/store/engine/engine.h"

namespace plugin::store {

/// Sessions on one database, at most kSessionsMax at once; each is used by one thread at a time.
class SessionPool {
public:
    static constexpr int kSessionsMax = 8;
    /// A session that was idle for longer is checked before it is used again.
    static constexpr std::chrono::seconds kTrustedFor{2};

    explicit SessionPool(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {
        idle_.reserve(kSessionsMax);
    }

    const Engine& engine() const noexcept { return *engine_; }

    /// Holds a session for one user.
    class SessionLease {
    public:
        /// Waits up to 10 s for a session; then throws Error{Unavailable}.
        explicit SessionLease(SessionPool& pool) : pool_(pool), session_(pool.take()) {}
        ~SessionLease() { pool_.giveBack(session_.isConnected() ? &session_ : nullptr); }
        SessionLease(const SessionLease&) = delete;
        SessionLease& operator=(const SessionLease&) = delete;

        Poco::Data::Session& session() noexcept { return session_; }
        /// Closes the session, so that it is not used again.
        void invalidate() noexcept { session_.close(); }

    private:
        SessionPool& pool_;
        Poco::Data::Session session_;
    };

    /// Runs `work` with a session of its own, see SessionLease. Exceptions of the database library
    /// become Error, and such a session is not used again.
    void with(const std::function<void(Poco::Data::Session&)>& work);

    /// How many wait for a session.
    std::size_t waiting() const;

private:
    struct Idle {
        Poco::Data::Session session;
        std::chrono::steady_clock::time_point since;
    };

    struct Waiter {
        std::condition_variable free;
        bool isNext = false;
    };

    Poco::Data::Session take();
    /// Waits for the right to have a session; first come, first served.
    void queue();
    std::optional<Poco::Data::Session> takeIdle();
    /// nullptr: the session that was taken is closed.
    void giveBack(const Poco::Data::Session* session) noexcept;

    const std::unique_ptr<Engine> engine_;
    mutable std::mutex mutex_;
    std::deque<Waiter*> waiters_;  ///< empty while fewer than kSessionsMax are taken
    std::vector<Idle> idle_;
    int taken_ = 0;
};

}  // namespace plugin::store
