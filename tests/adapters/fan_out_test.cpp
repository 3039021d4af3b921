#include "adapters/fan_out.h"

#include <atomic>
#include <latch>
#include <stdexcept>
#include <vector>

#include "tests/support/hospital_fixture.h"

namespace fan_out_test {

TEST_CASE("fan out: everything is done once", "[adapters]") {
    const auto atOnce = GENERATE(0, 1, 3, 100);
    std::vector<std::atomic<int>> done(50);

    adapters::fanOut(done.size(), atOnce, [&](std::size_t i) { ++done[i]; });

    for (const auto& one : done) CHECK(one == 1);
    adapters::fanOut(0, atOnce, [](std::size_t) { FAIL("there is nothing to do"); });
}

TEST_CASE("fan out: so many run at once as were allowed", "[adapters]") {
    // Each waits for the others: it ends only where all four run side by side.
    std::latch together(4);

    adapters::fanOut(4, 4, [&](std::size_t) { together.arrive_and_wait(); });

    CHECK(together.try_wait());
}

TEST_CASE("fan out: the first error ends it and comes out", "[adapters]") {
    std::atomic<int> begun{0};

    const auto error = test::thrown([&] {
        adapters::fanOut(1000, 1, [&](std::size_t i) {
            ++begun;
            if (i == 3) throw fhir::Error(fhir::ErrorKind::Unavailable, "down");
        });
    });

    CHECK(error.kind() == fhir::ErrorKind::Unavailable);
    CHECK(begun == 4);
}

}  // namespace fan_out_test
