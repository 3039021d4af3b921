#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "fhir/base/clock.h"
#include "fhir/http/transport.h"

namespace fhir {

/// How often a request is sent, and the waits between. The wait after attempt n is random (full
/// jitter), from 0 to `first` doubled n-1 times and at most `longest`; it is never shorter than the
/// server asks for.
struct RetryPolicy {
    int attemptsMax = 3;  ///< the first one included
    std::chrono::milliseconds first{200};
    /// If the server asks for a longer wait, there is no retry: its answer is returned.
    std::chrono::milliseconds longest{2'000};
};

/// Whether a request may be sent again.
enum class Repeatable {
    Always,       ///< it is idempotent (RFC 9110, section 9.2.2)
    WhenRefused,  ///< only if the server says that it did nothing: 429, 503
    Never,
};

/// GET, HEAD, DELETE and a search by POST may always be repeated. A conditional create, an update,
/// and a patch with If-Match are repeated `WhenRefused` only: the lost request may have changed the
/// state that decides about them, and on many servers two conditional creates at the same time make
/// two resources. The same holds for a client-credentials token request. An unconditional create
/// and a batch are never repeated: the caller can first check whether they arrived.
Repeatable repeatable(const http::Request& request) noexcept;

/// Retries what may be sent again. The deadline of the request holds for all attempts and the waits
/// between them. May be used from several threads at once.
class RetryingTransport final : public http::Transport {
public:
    struct World {
        Clock clock{};
        /// A uniform random number from 0 to 1; called from several threads at once.
        std::function<double()> random = randomFraction;
        /// Waits that long; false: no further attempt.
        std::function<bool(std::chrono::milliseconds)> pause = sleep;
    };

    /// `inner` must outlive this.
    explicit RetryingTransport(http::Transport& inner, RetryPolicy policy = {})
        : RetryingTransport(inner, policy, World()) {}
    RetryingTransport(http::Transport& inner, RetryPolicy policy, World world);

    http::Response send(const http::Request& request, Deadline deadline) override;
    /// Retried only as long as the sink has got nothing.
    http::Response stream(const http::Request& request, Deadline deadline,
                          const http::BodySink& sink) override;

private:
    static double randomFraction();
    static bool sleep(std::chrono::milliseconds span);
    template <class Attempt>
    http::Response repeat(Repeatable repeatable, Deadline deadline, Attempt attempt,
                          const bool& begun);
    bool waits(int attempt, std::optional<std::chrono::milliseconds> asked, Deadline deadline);

    http::Transport& inner_;
    RetryPolicy policy_;
    World world_;
};

}  // namespace fhir
