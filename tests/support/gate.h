#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace test {

/// Makes whoever passes wait while it is closed.
class Gate {
public:
    void close() { set(false); }
    void open() { set(true); }
    void pass() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.wait(lock, [&] { return isOpen_; });
        --waiting_;
    }
    int waiting() const {
        const std::lock_guard lock(mutex_);
        return waiting_;
    }

private:
    void set(bool isOpen) {
        {
            const std::lock_guard lock(mutex_);
            isOpen_ = isOpen;
        }
        changed_.notify_all();
    }
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool isOpen_ = true;
    int waiting_ = 0;
};

/// Whether `isTrue` becomes true within 20 seconds.
inline bool soon(const std::function<bool()>& isTrue) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!isTrue()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

}  // namespace test
