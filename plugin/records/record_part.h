#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "fhir/base/concurrency/deadline_task.h"
#include "fhir/base/error.h"

namespace plugin::records {

/// What is known of a part of a record before anything is read.
template <class T>
struct Known {
    std::optional<T> value{};
    bool isSettled = false;  ///< it is not to be asked for: it is here, or there is none
    /// Settled, and why it could not be had, as of an answer of the EHR to us.
    std::optional<fhir::ErrorKind> failure{};
};

/// Whether the EHR says no to who asks.
inline bool isRefusal(fhir::ErrorKind kind) noexcept {
    return kind == fhir::ErrorKind::Unauthorized || kind == fhir::ErrorKind::Forbidden;
}

/// Whether this says that the server is away, or that its answer cannot be read; and nothing about
/// who may see what.
inline bool isAway(fhir::ErrorKind kind) noexcept {
    return kind == fhir::ErrorKind::Unavailable || kind == fhir::ErrorKind::BadReply ||
           kind == fhir::ErrorKind::InvalidInput;
}

/// A part of a record: known beforehand, or read beside the others.
template <class T>
class RecordPart {
public:
    explicit RecordPart(Known<T> known)
        : value_(std::move(known.value)), isOpen_(!known.isSettled) {
        if (known.failure) error_.emplace(*known.failure, "the EHR sent this failure beforehand");
    }

    /// Whether it is to be read.
    bool isOpen() const noexcept { return isOpen_; }
    void settle() noexcept { isOpen_ = false; }
    /// What is known is of another record than is wanted now. A refusal stays one.
    void reopen() {
        if (error_ && isRefusal(error_->kind())) return;
        error_.reset();
        task_.reset();
        isOpen_ = true;
    }

    /// Begins to read it on a worker. `work` may outlive this object.
    template <class Work>
    void begin(fhir::WorkerPool& workers, Work work) {
        began_ = std::chrono::steady_clock::now();
        task_.emplace(workers, std::move(work));
    }

    /// Waits for what was begun; what is not there by the deadline is late. `timeout`: how long one
    /// request of it may take.
    void wait(fhir::Deadline deadline, std::chrono::milliseconds timeout) {
        if (!isOpen_) return;
        value_ = task_ ? task_->get(deadline) : std::nullopt;
        if (value_) return;
        if (task_) error_ = task_->error();
        isUnanswered_ = !error_ || (error_->status() == 0 &&
                                    std::chrono::steady_clock::now() >= began_ + timeout);
        // A read that fails at the end of the time may have failed for it.
        isLate_ = !error_ || std::chrono::steady_clock::now() >= deadline;
        if (!error_) error_.emplace(fhir::ErrorKind::Unavailable, "the EHR did not answer in time");
    }

    const std::optional<T>& value() const noexcept { return value_; }
    const std::optional<fhir::Error>& error() const noexcept { return error_; }
    bool isLate() const noexcept { return isLate_; }
    /// Whether it failed in time, as the server answered or since nobody is there.
    bool hasFailed() const noexcept { return error_ && !isLate_ && !isUnanswered_; }
    /// Whether it failed, and nothing is known of whether the reader may see it: it was late, or
    /// what came is none of those that only say that the server is away.
    bool isUndecided() const noexcept {
        return error_ && (isLate_ || isUnanswered_ || !isAway(error_->kind()));
    }

private:
    std::optional<T> value_;
    std::optional<fhir::Error> error_;
    std::optional<fhir::DeadlineTask<T>> task_;
    bool isOpen_;
    bool isLate_ = false;
    bool isUnanswered_ = false;  ///< a request of it took as long as one may
    std::chrono::steady_clock::time_point began_{};
};

}  // namespace plugin::records
