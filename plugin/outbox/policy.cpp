#include "plugin/outbox/policy.h"

#include <algorithm>

#include "adapters/routes/route.h"

namespace plugin::outbox {

using std::chrono::milliseconds;

milliseconds waitAfter(const RetryPolicy& policy, int attempts, double chance,
                       std::optional<milliseconds> retryAfter) {
    milliseconds most = policy.first;
    for (int doubled = 1; doubled < attempts && most < policy.longest; ++doubled) most *= 2;
    most = std::min<milliseconds>(most, policy.longest);
    const milliseconds wait(
        static_cast<milliseconds::rep>(static_cast<double>(most.count()) * chance));
    const auto asked =
        std::min<milliseconds>(retryAfter.value_or(milliseconds{0}), policy.retryAfterMax);
    return std::max(wait, asked);
}

bool isTooOld(const RetryPolicy& policy, fhir::Instant waitingSince, fhir::Instant nextAttempt) {
    return nextAttempt - waitingSince > policy.ageMax;
}

std::optional<milliseconds> pauseAfter(const RetryPolicy& policy, const fhir::Error& error) {
    if (error.kind() != fhir::ErrorKind::Unavailable || !error.retryAfter()) return std::nullopt;
    return std::min<milliseconds>(*error.retryAfter(), policy.retryAfterMax);
}

bool isHeldBack(const fhir::Error& error) noexcept {
    // What the EHR itself answers has a status; that a pace of ours has one is one try too many.
    return error.kind() == fhir::ErrorKind::Unavailable && error.retryAfter() &&
           error.status() == 0;
}

Delivery decide(const fhir::Error& error) noexcept {
    if (error.cause() == adapters::kInDoubt) return Delivery::InDoubt;
    switch (error.kind()) {
        case fhir::ErrorKind::Unavailable:
        case fhir::ErrorKind::BadReply:
            return Delivery::RetryInDoubt;
        case fhir::ErrorKind::Unauthorized:
            return Delivery::Retry;
        case fhir::ErrorKind::InvalidInput:
        case fhir::ErrorKind::Forbidden:
        case fhir::ErrorKind::NotFound:
        case fhir::ErrorKind::Conflict:
        case fhir::ErrorKind::Refused:
            return Delivery::Failed;
        case fhir::ErrorKind::Internal:
            return Delivery::InDoubt;
    }
    return Delivery::Failed;
}

}  // namespace plugin::outbox
