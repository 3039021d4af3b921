#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "fhir/base/clock.h"
#include "fhir/http/transport.h"

namespace fhir {

/// How long to wait when the server answers 429.
struct WaitPolicy {
    std::chrono::milliseconds unsaid{5'000};    ///< each time, if no time is given
    std::chrono::milliseconds longest{75'000};  ///< all waits of one request together
};

/// For background work, around the transport that retries at once. A GET or HEAD that gets a 429
/// (or an Error{Unavailable} with that status from our own rate limit) is sent again after the time
/// given, with as much time as the first attempt had. `stop` wakes those who wait. May be used from
/// several threads at once.
class WaitingTransport final : public http::Transport {
public:
    /// Waits that long; false: stop waiting.
    using Pause = std::function<bool(std::chrono::milliseconds)>;

    /// `inner` must outlive this.
    explicit WaitingTransport(http::Transport& inner, WaitPolicy policy = {}, Clock clock = {},
                              Pause pause = {});

    /// Ends every wait; every later request throws Error{Unavailable}.
    void stop() noexcept;

    http::Response send(const http::Request& request, Deadline deadline) override;
    /// Sent again only as long as the sink got nothing.
    http::Response stream(const http::Request& request, Deadline deadline,
                          const http::BodySink& sink) override;

private:
    template <class Attempt>
    http::Response patiently(const http::Request& request, Deadline deadline, Attempt attempt,
                             const bool& begun);
    bool waits(std::chrono::milliseconds span);
    void refuseWhenStopped();

    http::Transport& inner_;
    WaitPolicy policy_;
    Clock clock_;
    Pause pause_;
    std::mutex mutex_;
    std::condition_variable stopped_;
    bool isStopped_ = false;  ///< guarded by mutex_
};

}  // namespace fhir
