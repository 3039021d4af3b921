#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/http/transport.h"

namespace fhir {

/// Stops asking a server that does not answer, so that nobody waits for it in vain and it is not
/// asked by everybody at once when it is back.
///
/// Closed: requests go through. After `failuresMax` failures one after the other it is open:
/// requests fail at once with Error{Unavailable}, whose `retryAfter` says when the next may
/// succeed. After `openFor` it is half open: one request goes through, and decides. A failure is no
/// answer, or one that says that nobody is there: 502, 503, 504. May be used from several threads
/// at once.
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
    /// Whether this request is the one that decides. Throws where none may go.
    bool enter();
    void leave(bool decides, bool failed);
    State stateAt(Deadline now) const;

    http::Transport& inner_;
    const Url server_;
    const Options options_;
    const Clock clock_;
    mutable std::mutex mutex_;
    int failures_ = 0;       ///< one after the other
    bool open_ = false;      ///< open or half open
    bool deciding_ = false;  ///< half open, and a request is under way
    Deadline opened_{};
    std::uint64_t openings_ = 0;
};

/// "closed", "open", "half-open": for metrics and logs.
const char* toString(CircuitBreaker::State state) noexcept;

}  // namespace fhir
