#include "fhir/client/circuit_breaker.h"

#include "fhir/base/error.h"

namespace fhir {

CircuitBreaker::CircuitBreaker(http::Transport& inner, Url server, Options options, Clock clock)
    : inner_(inner), server_(std::move(server)), options_(options), clock_(std::move(clock)) {}

CircuitBreaker::State CircuitBreaker::stateAt(Deadline now) const {
    if (!open_) return State::Closed;
    return now < opened_ + options_.openFor ? State::Open : State::HalfOpen;
}

CircuitBreaker::State CircuitBreaker::state() const {
    const auto now = clock_.steady();
    const std::lock_guard lock(mutex_);
    return stateAt(now);
}

std::uint64_t CircuitBreaker::openings() const {
    const std::lock_guard lock(mutex_);
    return openings_;
}

bool CircuitBreaker::enter() {
    const auto now = clock_.steady();
    const std::lock_guard lock(mutex_);
    const auto state = stateAt(now);
    if (state == State::Closed) return false;
    if (state == State::HalfOpen && !deciding_) return deciding_ = true;
    const auto wait = state == State::Open ? std::chrono::duration_cast<std::chrono::milliseconds>(
                                                 opened_ + options_.openFor - now)
                                           : std::chrono::milliseconds::zero();
    throw Error(ErrorKind::Unavailable,
                server_.origin() +
                    " did not answer lately, and is not asked again until it may "
                    "have come back")
        .withRetryAfter(wait);
}

void CircuitBreaker::leave(bool decides, bool failed) {
    const auto now = clock_.steady();
    const std::lock_guard lock(mutex_);
    if (decides) deciding_ = false;
    if (!failed) {
        // Also one that was sent before it opened: an answer is an answer.
        failures_ = 0;
        open_ = false;
        return;
    }
    ++failures_;
    if (decides || (!open_ && failures_ >= options_.failuresMax)) {
        open_ = true;
        opened_ = now;
        ++openings_;
    }
}

template <class Attempt>
http::Response CircuitBreaker::guarded(const Url& url, Attempt attempt) {
    if (!sameOrigin(url, server_)) return attempt();
    const bool decides = enter();
    try {
        auto response = attempt();
        leave(decides, response.status >= 502 && response.status <= 504);
        return response;
    } catch (const Error& error) {
        leave(decides, error.kind() == ErrorKind::Unavailable);
        throw;
    } catch (...) {
        // Not the server's doing: what a sink threw.
        leave(decides, false);
        throw;
    }
}

http::Response CircuitBreaker::send(const http::Request& request, Deadline deadline) {
    return guarded(request.url, [&] { return inner_.send(request, deadline); });
}

http::Response CircuitBreaker::stream(const http::Request& request, Deadline deadline,
                                      const http::BodySink& sink) {
    return guarded(request.url, [&] { return inner_.stream(request, deadline, sink); });
}

const char* toString(CircuitBreaker::State state) noexcept {
    switch (state) {
        case CircuitBreaker::State::Closed:
            return "closed";
        case CircuitBreaker::State::Open:
            return "open";
        case CircuitBreaker::State::HalfOpen:
            return "half-open";
    }
    return "closed";
}

}  // namespace fhir
