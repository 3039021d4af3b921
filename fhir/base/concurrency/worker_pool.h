#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace fhir {

/// A few threads for reads that run side by side, and that an answer does not wait for to the end:
/// a late read goes on here until its own time-out, after the clinician has had an answer.
class WorkerPool {
public:
    WorkerPool(std::size_t threads, std::size_t waitingMax);
    /// Waits for the work that is running; work that is still queued is not started.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Queues the work; false if the queue is full: a slow EHR must not pile up work.
    bool run(std::function<void()> work);

private:
    void loop(const std::stop_token& stop);

    std::size_t waitingMax_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<std::function<void()>> waiting_;
    std::vector<std::jthread> threads_;
};

}  // namespace fhir
