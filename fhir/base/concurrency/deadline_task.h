#pragma once

#include <future>
#include <memory>
#include <optional>
#include <type_traits>

#include "fhir/base/clock.h"
#include "fhir/base/concurrency/worker_pool.h"
#include "fhir/base/error.h"
#include "fhir/base/log.h"

namespace fhir {

/// Runs work for an answer that must not wait: the work starts on a worker thread, and the answer
/// is made without its result if that is not ready by the deadline.
template <class T>
class DeadlineTask {
public:
    /// `work` may outlive this object and its caller, so it must own what it uses.
    template <class Work>
    DeadlineTask(WorkerPool& pool, Work work) {
        const auto task = std::make_shared<std::packaged_task<T()>>(std::move(work));
        future_ = task->get_future();
        isTaken_ = pool.run([task] { (*task)(); });
    }

    /// Returns the result; nullopt if it is late, if the work failed, or if it was refused because
    /// the pool's queue was full.
    std::optional<T> get(fhir::Deadline deadline) {
        if (!isTaken_ || future_.wait_until(deadline) != std::future_status::ready)
            return std::nullopt;
        try {
            return future_.get();
        } catch (const fhir::Error& error) {
            error_ = error;
            fhir::log::warning("what an answer needs could not be had",
                               {{"kind", fhir::toString(error.kind())}, {"why", error.what()}});
        } catch (const std::exception&) {
            error_.emplace(fhir::ErrorKind::Internal, "a task failed unexpectedly");
            fhir::log::error("what an answer needs failed unexpectedly");
        }
        return std::nullopt;
    }

    /// Why the work failed, known after `get`; nullopt if it has not failed.
    const std::optional<fhir::Error>& error() const noexcept { return error_; }

private:
    std::future<T> future_;
    bool isTaken_ = false;
    std::optional<fhir::Error> error_;
};

}  // namespace fhir
