#include "fhir/http/watchdog.h"

#include <sys/socket.h>

#include <algorithm>

namespace fhir::http {

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

Watchdog::Watch::Watch(Watchdog& watchdog, int descriptor, Deadline deadline)
    : watchdog_(watchdog), descriptor_(descriptor) {
    const std::lock_guard lock(watchdog_.mutex_);
    if (!watchdog_.thread_.joinable()) watchdog_.thread_ = std::thread([&] { watchdog.run(); });
    place_ = watchdog_.watches_.emplace(deadline, this);
    // Deadlines mostly come in their order: the thread is seldom woken for a new one.
    if (deadline < watchdog_.wakesAt_) watchdog_.changed_.notify_one();
}

Watchdog::Watch::~Watch() {
    const std::lock_guard lock(watchdog_.mutex_);
    if (!fired_) watchdog_.watches_.erase(place_);
}

bool Watchdog::Watch::fired() const {
    const std::lock_guard lock(watchdog_.mutex_);
    return fired_;
}

void Watchdog::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const auto now = std::chrono::steady_clock::now();
        while (!watches_.empty() && watches_.begin()->first <= now) {
            auto* watch = watches_.begin()->second;
            ::shutdown(watch->descriptor_, SHUT_RDWR);
            watch->fired_ = true;
            watches_.erase(watches_.begin());
        }
        // An hour at most: Deadline::max() would overflow inside the wait.
        wakesAt_ = now + std::chrono::hours(1);
        if (!watches_.empty()) wakesAt_ = std::min(wakesAt_, watches_.begin()->first);
        changed_.wait_until(lock, wakesAt_);
    }
}

}  // namespace fhir::http
