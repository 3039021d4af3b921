#include "plugin/outbox/policy.h"

namespace policy_test {

using namespace plugin::outbox;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

TEST_CASE("policy: waits double up to the longest, with full jitter", "[outbox]") {
    const auto [attempts, chance, wait] = GENERATE(table<int, double, milliseconds>({
        {1, 0.0, 0ms},
        {1, 0.5, 2500ms},
        {1, 0.9999, 4999ms},
        {2, 0.5, 5000ms},
        {3, 0.5, 10s},
        {8, 0.5, 320s},
        {9, 0.5, 450s},  // 5 s doubled eight times is more than 15 minutes
        {10, 0.5, 450s},
        {1'000'000, 0.5, 450s},
    }));

    CHECK(waitAfter({}, attempts, chance, std::nullopt) == wait);
}

TEST_CASE("policy: a Retry-After is waited for at least, and at most a day", "[outbox]") {
    const auto [chance, asked, wait] = GENERATE(table<double, milliseconds, milliseconds>({
        {0.0, 120s, 120s},
        {0.5, 1s, 2500ms},
        {0.5, 0s, 2500ms},
        {0.0, 240h, 24h},
    }));

    CHECK(waitAfter({}, 1, chance, asked) == wait);
}

TEST_CASE("policy: the site's figures are used", "[outbox]") {
    const RetryPolicy policy{1s, 3s, 10s, 60s};

    CHECK(waitAfter(policy, 1, 0.5, std::nullopt) == 500ms);
    CHECK(waitAfter(policy, 2, 0.5, std::nullopt) == 1s);
    CHECK(waitAfter(policy, 3, 0.5, std::nullopt) == 1500ms);
    CHECK(waitAfter(policy, 1, 0.5, 1h) == 10s);
}

TEST_CASE("policy: what would be tried after the greatest age has failed", "[outbox]") {
    const fhir::Instant since{1000h};

    CHECK_FALSE(isTooOld({}, since, since + 7 * 24h));
    CHECK(isTooOld({}, since, since + 7 * 24h + 1ms));
}

TEST_CASE("policy: what an error means for its entry", "[outbox]") {
    using fhir::ErrorKind;
    const auto [kind, delivery] = GENERATE(table<ErrorKind, Delivery>({
        {ErrorKind::Unavailable, Delivery::RetryInDoubt},
        {ErrorKind::BadReply, Delivery::RetryInDoubt},
        {ErrorKind::Unauthorized, Delivery::Retry},
        {ErrorKind::InvalidInput, Delivery::Failed},
        {ErrorKind::Forbidden, Delivery::Failed},
        {ErrorKind::NotFound, Delivery::Failed},
        {ErrorKind::Conflict, Delivery::Failed},
        {ErrorKind::Refused, Delivery::Failed},
        {ErrorKind::Internal, Delivery::InDoubt},
    }));

    CHECK(decide(fhir::Error(kind, "x")) == delivery);
    CHECK(decide(fhir::Error(kind, "x").withCause(adapters::kInDoubt)) == Delivery::InDoubt);
}

}  // namespace policy_test
