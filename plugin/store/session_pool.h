#pragma once

#include <Poco/Data/Session.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "plugin/store/engine.h"

namespace plugin::store {

/// Sessions on one database, at most kSessionsMax at once; each is used by one thread at a time.
class SessionPool {
public:
    static constexpr int kSessionsMax = 8;
    /// How long a session may lie idle before it is asked whether it still lives.
    static constexpr std::chrono::seconds kTrustedFor{2};

    explicit SessionPool(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {
        idle_.reserve(kSessionsMax);
    }

    const Engine& engine() const noexcept { return *engine_; }

    /// Runs `work` with a session of its own. Waits up to 10 s for one; then Error{Unavailable}.
    /// What the database library throws comes out as Error, and such a session is not used again.
    void with(const std::function<void(Poco::Data::Session&)>& work);

private:
    struct Idle {
        Poco::Data::Session session;
        std::chrono::steady_clock::time_point since;
    };

    Poco::Data::Session take();
    std::optional<Poco::Data::Session> takeIdle();
    /// nullptr: the session that was taken is gone.
    void giveBack(const Poco::Data::Session* session) noexcept;

    const std::unique_ptr<Engine> engine_;
    std::mutex mutex_;
    std::condition_variable free_;
    std::vector<Idle> idle_;
    int taken_ = 0;
};

}  // namespace plugin::store
