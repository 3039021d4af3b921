#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace fhir {

/// A few threads for reads that a hook does not wait out: a read that is late goes on here and
/// ends by its own time-out, while the clinician has long had an answer.
class WorkerPool {
public:
    WorkerPool(std::size_t threads, std::size_t waitingMax);
    /// Ends after the work that runs; what still waits is not begun.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// False where too much is waiting already: a slow EHR must not pile up work.
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
