#include "fhir/client/waiting.h"

#include <algorithm>
#include <optional>

#include "fhir/base/error.h"
#include "fhir/client/reply.h"

namespace fhir {
namespace {

using std::chrono::milliseconds;

constexpr int kTooManyRequests = 429;

/// 503 is a server that is away: whoever waits for that holds up what could be read elsewhere.
bool isPutOff(const http::Response& response) noexcept {
    return response.status == kTooManyRequests;
}

bool isRead(const http::Request& request) noexcept {
    return request.method == "GET" || request.method == "HEAD";
}

}  // namespace

WaitingTransport::WaitingTransport(http::Transport& inner, WaitPolicy policy, Clock clock,
                                   Pause pause)
    : inner_(inner), policy_(policy), clock_(std::move(clock)), pause_(std::move(pause)) {}

void WaitingTransport::stop() noexcept {
    const std::lock_guard lock(mutex_);
    isStopped_ = true;
    stopped_.notify_all();
}

bool WaitingTransport::waits(milliseconds span) {
    if (pause_) return pause_(span);
    std::unique_lock lock(mutex_);
    return !stopped_.wait_for(lock, span, [this] { return isStopped_; });
}

void WaitingTransport::refuseWhenStopped() {
    const std::lock_guard lock(mutex_);
    if (isStopped_) throw Error(ErrorKind::Unavailable, "this program is ending");
}

template <class Attempt>
http::Response WaitingTransport::patiently(const http::Request& request, Deadline deadline,
                                           Attempt attempt, const bool& begun) {
    const auto allowed = deadline - clock_.steady();
    milliseconds waited{};
    const auto goesOn = [&](std::optional<milliseconds> asked) {
        const auto wait = std::max(asked.value_or(policy_.unsaid), milliseconds(1));
        waited += wait;
        return isRead(request) && !begun && waited <= policy_.longest && waits(wait);
    };
    refuseWhenStopped();
    for (;;) {
        try {
            auto response = attempt(deadline);
            if (!isPutOff(response) || !goesOn(retryAfter(response))) return response;
        } catch (const Error& error) {
            // A pace of ours says what the server would; any other is a server that is away.
            if (error.status() != kTooManyRequests || !goesOn(error.retryAfter())) throw;
        }
        deadline = clock_.steady() + allowed;
    }
}

http::Response WaitingTransport::send(const http::Request& request, Deadline deadline) {
    const bool begun = false;
    return patiently(
        request, deadline, [&](Deadline until) { return inner_.send(request, until); }, begun);
}

http::Response WaitingTransport::stream(const http::Request& request, Deadline deadline,
                                        const http::BodySink& sink) {
    bool begun = false;
    const http::BodySink noting = [&](std::string_view part) {
        begun = true;
        sink(part);
    };
    return patiently(
        request, deadline, [&](Deadline until) { return inner_.stream(request, until, noting); },
        begun);
}

}  // namespace fhir
