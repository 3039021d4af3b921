#include "fhir/client/retry.h"

#include <algorithm>
#include <optional>
#include <random>
#include <thread>

#include "fhir/base/error.h"
#include "fhir/client/reply.h"

namespace fhir {
namespace {

using std::chrono::milliseconds;

/// Whether another attempt may be answered differently.
bool mayPass(int status, Repeatable repeatable) noexcept {
    switch (status) {
        case 429:
        case 503:
            return true;
        case 408:
        case 425:
        case 502:
        case 504:
            return repeatable == Repeatable::Always;
        default:
            return false;
    }
}

}  // namespace

Repeatable repeatable(const http::Request& request) noexcept {
    const auto& method = request.method;
    if (method == "GET" || method == "HEAD" || method == "DELETE") return Repeatable::Always;
    if (method == "PUT") return Repeatable::WhenRefused;
    if (method == "PATCH" && request.headers.find("If-Match")) return Repeatable::WhenRefused;
    if (method != "POST") return Repeatable::Never;
    if (request.url.path.ends_with("/_search")) return Repeatable::Always;
    const bool isMet = request.headers.find("If-None-Exist") ||
                       request.body.starts_with("grant_type=client_credentials");
    return isMet ? Repeatable::WhenRefused : Repeatable::Never;
}

RetryingTransport::RetryingTransport(http::Transport& inner, RetryPolicy policy, World world)
    : inner_(inner), policy_(policy), world_(std::move(world)) {}

double RetryingTransport::randomFraction() {
    thread_local std::mt19937 generator{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(generator);
}

bool RetryingTransport::sleep(milliseconds span) {
    std::this_thread::sleep_for(span);
    return true;
}

/// Waits before the attempt after this one, from 1; false where there is to be none.
bool RetryingTransport::waits(int attempt, std::optional<milliseconds> asked, Deadline deadline) {
    if (attempt >= policy_.attemptsMax || asked.value_or(milliseconds(0)) > policy_.longest)
        return false;
    auto longest = policy_.first;
    for (int i = 1; i < attempt && longest < policy_.longest; ++i) longest *= 2;
    longest = std::min(longest, policy_.longest);
    const milliseconds chosen(
        static_cast<milliseconds::rep>(world_.random() * static_cast<double>(longest.count())));
    const auto wait = std::max(chosen, asked.value_or(milliseconds(0)));
    return world_.clock.steady() + wait < deadline && world_.pause(wait);
}

template <class Attempt>
http::Response RetryingTransport::repeat(Repeatable repeatable, Deadline deadline, Attempt attempt,
                                         const bool& begun) {
    for (int number = 1;; ++number) {
        try {
            auto response = attempt();
            if (repeatable == Repeatable::Never || !mayPass(response.status, repeatable) ||
                !waits(number, retryAfter(response), deadline))
                return response;
        } catch (const Error& error) {
            if (begun || error.kind() != ErrorKind::Unavailable ||
                repeatable != Repeatable::Always || !waits(number, error.retryAfter(), deadline))
                throw;
        }
    }
}

http::Response RetryingTransport::send(const http::Request& request, Deadline deadline) {
    const bool begun = false;
    return repeat(
        repeatable(request), deadline, [&] { return inner_.send(request, deadline); }, begun);
}

http::Response RetryingTransport::stream(const http::Request& request, Deadline deadline,
                                         const http::BodySink& sink) {
    // What the sink has is not taken back.
    bool begun = false;
    const http::BodySink noting = [&](std::string_view part) {
        begun = true;
        sink(part);
    };
    return repeat(
        repeatable(request), deadline, [&] { return inner_.stream(request, deadline, noting); },
        begun);
}

}  // namespace fhir
