#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "fhir/base/clock.h"
#include "fhir/http/transport.h"

namespace fhir {

/// How long a read may be put off.
struct WaitPolicy {
    std::chrono::milliseconds unsaid{5'000};    ///< each time, where nobody says how long
    std::chrono::milliseconds longest{75'000};  ///< of one request, all its waits together
};

/// For work that nobody waits for, around the transport that repeats at once: a read that is put
/// off (429, or Error{Unavailable} of that status by a pace of our own) is sent again when its time
/// has come, and then has as long as the first one had. Who waits is woken by `stop`. May be used
/// from several threads at once.
class WaitingTransport final : public http::Transport {
public:
    /// Waits that long; false where nothing more is to be waited for.
    using Pause = std::function<bool(std::chrono::milliseconds)>;

    /// `inner` must outlive this.
    explicit WaitingTransport(http::Transport& inner, WaitPolicy policy = {}, Clock clock = {},
                              Pause pause = {});

    /// Ends every wait, and lets no further request go out: Error{Unavailable}.
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
