#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "fhir/base/clock.h"
#include "fhir/http/transport.h"

namespace fhir {

/// How often, and how far apart. The wait before attempt n+1 is a random part (full jitter) of
/// `first` doubled n-1 times, `longest` at most, and no shorter than the server asks for.
struct RetryPolicy {
    int attemptsMax = 3;  ///< the first one included
    std::chrono::milliseconds first{200};
    /// A server that asks for more is not waited for: its answer is given back.
    std::chrono::milliseconds longest{2'000};
};

/// When a request may be sent again.
enum class Repeatable {
    Always,       ///< it changes nothing, or the same again (RFC 9110, section 9.2.2)
    WhenRefused,  ///< only where the server says that it did nothing: 429, 503
    Never,
};

/// GET, HEAD, DELETE and a search by POST may always be repeated. A conditional create, an update
/// and a patch under If-Match are decided by a state that the lost one may have changed; and two
/// conditional creates at once make two resources on many servers. So it is with a request for a
/// token of our own. An unconditional create and a batch are never repeated: who sent them can look
/// first whether they arrived.
Repeatable repeatable(const http::Request& request) noexcept;

/// Sends again what may be sent again, within the deadline of the request, which holds for all
/// attempts and the waits between them. May be used from several threads at once.
class RetryingTransport final : public http::Transport {
public:
    struct World {
        Clock clock{};
        /// From 0 to 1, each as likely as another; from several threads at once.
        std::function<double()> random = randomFraction;
        /// Waits that long; false where there is to be no further attempt.
        std::function<bool(std::chrono::milliseconds)> pause = sleep;
    };

    /// `inner` must outlive this.
    explicit RetryingTransport(http::Transport& inner, RetryPolicy policy = {})
        : RetryingTransport(inner, policy, World()) {}
    RetryingTransport(http::Transport& inner, RetryPolicy policy, World world);

    http::Response send(const http::Request& request, Deadline deadline) override;
    /// Repeated only as long as the sink got nothing.
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
