#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "fhir/base/clock.h"
#include "fhir/base/error.h"

namespace fhir {

/// Caches one value that a server has to be asked for. However many threads want it, one asks and
/// the others wait for the answer. A failure is cached for a short time too, so that a server that
/// refuses is not asked again and again.
template <class T>
class SingleFlight {
public:
    using Pointer = std::shared_ptr<const T>;  // shared with those who still use the last one
    struct Fetched {
        T value;
        std::chrono::milliseconds keep;
    };

    /// How long a failure is cached: one that may pass by itself, and one that an operator must
    /// fix.
    static constexpr std::chrono::seconds kPauseAfterTrouble{1};
    static constexpr std::chrono::seconds kPauseAfterRefusal{10};

    SingleFlight(Clock clock, std::string name)
        : clock_(std::move(clock)), name_(std::move(name)) {}

    /// Returns the cached value, or calls `fetch` if there is none or it has expired. Throws what
    /// `fetch` threw, and Error{Unavailable} if another thread's answer did not come by the
    /// deadline.
    template <class Fetch>
    Pointer get(Fetch fetch, Deadline deadline) {
        std::unique_lock lock(mutex_);
        for (;;) {
            const auto now = clock_.steady();
            if (value_ && now < until_) return value_;
            if (!isAsking_) {
                if (fault_ && now < faultUntil_) std::rethrow_exception(fault_);
                return ask(fetch, lock);
            }
            if (answered_.wait_until(lock, deadline) == std::cv_status::timeout)
                throw Error(ErrorKind::Unavailable,
                            name_ + " did not come within the time allowed");
        }
    }

    /// The cached value; nullptr if there is none or it has expired.
    Pointer peek() const {
        const std::lock_guard lock(mutex_);
        return clock_.steady() < until_ ? value_ : nullptr;
    }

    /// Removes `value` from the cache if it is still the cached one.
    void drop(const Pointer& value) {
        const std::lock_guard lock(mutex_);
        if (value_ == value) value_.reset();
    }

private:
    template <class Fetch>
    Pointer ask(Fetch& fetch, std::unique_lock<std::mutex>& lock) {
        isAsking_ = true;
        lock.unlock();
        Pointer value;
        std::chrono::milliseconds keep{0}, pause{0};
        std::exception_ptr fault;
        try {
            Fetched fetched = fetch();
            keep = fetched.keep;
            value = std::make_shared<const T>(std::move(fetched.value));
        } catch (const Error& error) {
            fault = std::current_exception();
            pause = isRetryable(error.kind()) ? kPauseAfterTrouble : kPauseAfterRefusal;
            if (const auto wait = error.retryAfter()) pause = std::max(pause, *wait);
        } catch (...) {
            fault = std::current_exception();  // thrown again below, when nobody waits for it
        }
        lock.lock();
        isAsking_ = false;
        answered_.notify_all();
        const auto now = clock_.steady();
        fault_ = fault;
        faultUntil_ = now + std::min<std::chrono::milliseconds>(pause, std::chrono::minutes(5));
        if (fault) std::rethrow_exception(fault);
        value_ = value;
        until_ = now + keep;
        return value;
    }

    Clock clock_;
    std::string name_;
    mutable std::mutex mutex_;
    std::condition_variable answered_;
    Pointer value_;
    Deadline until_{}, faultUntil_{};
    std::exception_ptr fault_;
    bool isAsking_ = false;
};

}  // namespace fhir
