#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/http/transport.h"

namespace fhir {

/// Stops sending requests to a server that does not answer, so that nobody waits for it in vain and
/// it does not get all requests at once when it is back.
///
/// Closed: requests go through. Open, after `failuresMax` failures in a row: requests fail at once
/// with Error{Unavailable}, whose `retryAfter` says when the next may succeed. Half open, after
/// `openFor`: one request goes through and decides whether it closes or opens again. A failure is
/// no answer at all, or the status 502, 503 or 504. May be used from several threads at once.
class CircuitBreaker final : public http::Transport {
public:
    struct Options {
        int failuresMax = 5;
        std::chrono::milliseconds openFor{5'000};
    };
    enum class State { Closed, Open, HalfOpen };

    /// For requests to the origin of `server`; others pass through. `inner` must outlive this.
    CircuitBreaker(http::Transport& inner, Url server)
        : CircuitBreaker(inner, std::move(server), Options()) {}
    CircuitBreaker(http::Transport& inner, Url server, Options options, Clock clock = {});

    http::Response send(const http::Request& request, Deadline deadline) override;
    http::Response stream(const http::Request& request, Deadline deadline,
                          const http::BodySink& sink) override;

    State state() const;
    /// How often it has opened.
    std::uint64_t openings() const;

private:
    template <class Attempt>
    http::Response guarded(const Url& url, Attempt attempt);
    /// Whether this request is the one that decides. Throws if no request may go through.
    bool enter();
    void leave(bool decides, bool failed);
    State stateAt(Deadline now) const;

    http::Transport& inner_;
    const Url server_;
    const Options options_;
    const Clock clock_;
    mutable std::mutex mutex_;
    int failures_ = 0;       ///< in a row
    bool open_ = false;      ///< open or half open
    bool deciding_ = false;  ///< half open, and a request is under way
    Deadline opened_{};
    std::uint64_t openings_ = 0;
};

/// "closed", "open", "half-open": for metrics and logs.
const char* toString(CircuitBreaker::State state) noexcept;

}  // namespace fhir
