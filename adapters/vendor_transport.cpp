#include "adapters/vendor_transport.h"

#include <algorithm>
#include <thread>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/base/random.h"
#include "fhir/client/reply.h"

namespace adapters {
namespace {

using fhir::http::Request;
using fhir::http::Response;

constexpr int kTooManyRequests = 429;
constexpr std::string_view kUuidUrn = "urn:uuid:";

/// The UUID of our identifier in a resource that is to be created; "" where it has none.
std::string uuidOf(const std::string& body) {
    try {
        const auto document = fhir::json::Document::parse(body);
        const auto identifier = document.root().find("identifier");
        if (!identifier) return {};
        const auto uuid = [](const fhir::json::Value& one) -> std::string {
            const auto value = one.findString("value").value_or("");
            return value.starts_with(kUuidUrn) ? value.substr(kUuidUrn.size()) : "";
        };
        if (!identifier->isArray()) return uuid(*identifier);
        for (const auto one : identifier->array())
            if (auto found = uuid(one); !found.empty()) return found;
    } catch (const fhir::Error& error) {
        if (error.kind() != fhir::ErrorKind::InvalidInput) throw;
    }
    return {};  // not a resource of ours, a token request for example
}

fhir::Instant minuteOf(fhir::Instant instant) {
    return std::chrono::floor<std::chrono::minutes>(instant);
}

}  // namespace

VendorTransport::VendorTransport(std::unique_ptr<fhir::http::Transport> next, Profile profile,
                                 fhir::Url base, fhir::Clock clock, Sleep sleep)
    : next_(std::move(next)),
      profile_(std::move(profile)),
      base_(std::move(base)),
      clock_(std::move(clock)),
      sleep_(std::move(sleep)) {
    while (base_.path.ends_with('/')) base_.path.pop_back();
}

VendorTransport::Sleep VendorTransport::sleeping() {
    return [](std::chrono::milliseconds span) { std::this_thread::sleep_for(span); };
}

Response VendorTransport::send(const Request& request, fhir::Deadline deadline) {
    takeTurn(deadline);
    auto response = next_->send(dressed(request), deadline);
    note(response);
    return response;
}

Response VendorTransport::stream(const Request& request, fhir::Deadline deadline,
                                 const fhir::http::BodySink& sink) {
    takeTurn(deadline);
    auto response = next_->stream(dressed(request), deadline, sink);
    note(response);
    return response;
}

bool VendorTransport::isBelowBase(const fhir::Url& url) const {
    return sameOrigin(url, base_) &&
           (url.path == base_.path || url.path.starts_with(base_.path + "/"));
}

Request VendorTransport::dressed(const Request& request) const {
    auto result = request;
    if (!isBelowBase(request.url)) return result;
    const auto query = fhir::Query::parse(request.url.query);
    for (const auto& [name, value] : profile_.queryParameters)
        if (!query.find(name))
            result.url.query += (result.url.query.empty() ? "" : "&") + fhir::percentEncode(name) +
                                "=" + fhir::percentEncode(value);
    if (!profile_.idempotencyHeader.empty() && request.method == "POST")
        if (auto uuid = uuidOf(request.body); !uuid.empty())
            result.headers.set(profile_.idempotencyHeader, std::move(uuid));
    // The same name as the other's: a create keeps its own, by which a repeated one is known.
    const auto& requestId = profile_.requestIdHeader;
    if (!requestId.empty() && !result.headers.find(requestId))
        result.headers.set(requestId, fhir::randomUuid());
    return result;
}

void VendorTransport::takeTurn(fhir::Deadline deadline) {
    if (profile_.requestsPerMinute == 0) return;
    for (;;) {
        std::chrono::milliseconds wait{};
        {
            const std::lock_guard lock(mutex_);
            const auto now = clock_.now();
            if (const auto minute = minuteOf(now); minute != minute_) {
                minute_ = minute;
                sent_ = 0;
            }
            if (sent_ < profile_.requestsPerMinute) {
                ++sent_;
                return;
            }
            wait = std::chrono::ceil<std::chrono::milliseconds>(minute_ + std::chrono::minutes(1) -
                                                                now);
        }
        if (clock_.steady() + wait > deadline)
            throw fhir::Error(fhir::ErrorKind::Unavailable,
                              "the EHR takes " + std::to_string(profile_.requestsPerMinute) +
                                  " requests a minute and these are used up; it is tried again "
                                  "when the minute is over")
                .withStatus(kTooManyRequests)
                .withRetryAfter(wait);
        sleep_(wait);
    }
}

void VendorTransport::note(const Response& response) {
    if (profile_.requestsPerMinute == 0 || response.status != kTooManyRequests) return;
    if (fhir::retryAfter(response)) return;  // the server counts by another clock, and says so
    const std::lock_guard lock(mutex_);
    sent_ = profile_.requestsPerMinute;
}

}  // namespace adapters
