#include "fhir/base/concurrency/worker_pool.h"

namespace fhir {

WorkerPool::WorkerPool(std::size_t threads, std::size_t waitingMax) : waitingMax_(waitingMax) {
    for (std::size_t i = 0; i < threads; ++i)
        threads_.emplace_back([this](const std::stop_token& stop) { loop(stop); });
}

WorkerPool::~WorkerPool() {
    for (auto& thread : threads_) thread.request_stop();
    threads_.clear();
}

bool WorkerPool::run(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() >= waitingMax_) return false;
        waiting_.push_back(std::move(work));
    }
    changed_.notify_one();
    return true;
}

void WorkerPool::loop(const std::stop_token& stop) {
    for (;;) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, stop, [&] { return !waiting_.empty(); });
        if (stop.stop_requested()) return;  // what waits is for callers who have gone
        const auto work = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        work();
    }
}

}  // namespace fhir
