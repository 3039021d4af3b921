#pragma once

#include <Poco/Data/Session.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace plugin::store {

/// Sessions on one SQLite file, at most kSessionsMax at once; each is used by one thread at a time.
class SessionPool {
public:
    static constexpr int kSessionsMax = 8;

    explicit SessionPool(std::string file) : file_(std::move(file)) { idle_.reserve(kSessionsMax); }

    /// Runs `work` with a session of its own. Waits up to 10 s for one; then Error{Unavailable}.
    /// What the database library throws comes out as Error, and such a session is not used again.
    void with(const std::function<void(Poco::Data::Session&)>& work);

private:
    Poco::Data::Session take();
    /// nullptr: the session that was taken is gone.
    void giveBack(const Poco::Data::Session* session) noexcept;
    Poco::Data::Session open() const;

    const std::string file_;
    std::mutex mutex_;
    std::condition_variable free_;
    std::vector<Poco::Data::Session> idle_;
    int taken_ = 0;
};

}  // namespace plugin::store
