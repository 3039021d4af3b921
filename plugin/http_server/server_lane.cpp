#include "plugin/http_server/server_lane.h"

#include <iterator>

namespace plugin::http_server {
namespace {

/// What takes longer than this waits for somebody.
constexpr std::chrono::milliseconds kSlow{500};

}  // namespace

ServerLane::~ServerLane() {
    stop();
}

void ServerLane::stop() {
    std::vector<std::jthread> ending;
    {
        const std::lock_guard lock(mutex_);
        ending.swap(threads_);
    }
    for (auto& thread : ending) thread.request_stop();
    ending.clear();  // each ends after the request that it serves
    std::deque<Held> closing;
    const std::lock_guard lock(mutex_);
    closing.swap(waiting_);
}

bool ServerLane::offer(Held& connection) {
    const std::lock_guard lock(mutex_);
    const auto free = limits_.threads - busy_;  // begun or not
    if (waiting_.size() >= limits_.waiting + free) return false;
    waiting_.push_back(std::move(connection));
    if (threads_.size() - busy_ < waiting_.size() && threads_.size() < limits_.threads)
        threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    changed_.notify_one();
    return true;
}

bool ServerLane::mayLinger() {
    const std::lock_guard lock(mutex_);
    return waiting_.empty() && busy_ * 2 <= limits_.threads;
}

void ServerLane::work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, stop, [&] { return !waiting_.empty(); });
        if (stop.stop_requested()) return;
        ++busy_;
        auto connection = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        serve_(std::move(connection), *this, stop);
        lock.lock();
        --busy_;
    }
}

ServerLane::Handling::Handling(ServerLane& lane) : lane_(lane) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(lane_.mutex_);
    std::size_t slow = 0;
    for (auto one = lane_.began_.begin(); one != lane_.began_.end() && *one + kSlow <= now; ++one)
        ++slow;
    mayWait_ = slow < lane_.limits_.slow;
    self_ = lane_.began_.insert(lane_.began_.end(), now);
}

ServerLane::Handling::~Handling() {
    const std::lock_guard lock(lane_.mutex_);
    lane_.began_.erase(self_);
}

}  // namespace plugin::http_server
