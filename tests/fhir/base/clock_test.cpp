#include "fhir/base/clock.h"

namespace clock_test {

TEST_CASE("clock: says the time that it is given", "[fhir]") {
    fhir::Clock clock;
    clock.now = [] { return fhir::Instant{} + std::chrono::hours(24); };

    CHECK(clock.now() == fhir::Instant{} + std::chrono::hours(24));
}

TEST_CASE("clock: without a gift it is the machine's", "[fhir]") {
    const fhir::Clock clock;
    const auto before = std::chrono::system_clock::now();
    const auto steadyBefore = std::chrono::steady_clock::now();

    CHECK(clock.now() >= before);
    CHECK(clock.steady() >= steadyBefore);
}

TEST_CASE("clock: a deadline lies as far ahead as asked", "[fhir]") {
    const auto before = std::chrono::steady_clock::now();
    const auto deadline = fhir::deadlineIn(std::chrono::milliseconds(250));

    CHECK(deadline >= before + std::chrono::milliseconds(250));
    CHECK(deadline <= std::chrono::steady_clock::now() + std::chrono::milliseconds(250));
}

}  // namespace clock_test
