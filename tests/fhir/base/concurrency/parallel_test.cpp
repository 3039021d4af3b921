#include "fhir/base/concurrency/parallel.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

namespace parallel_test {

using fhir::Deadline;
using fhir::Error;
using fhir::ErrorKind;
using fhir::inParallel;

TEST_CASE("parallel: every task runs once, and what it threw is told by its place", "[fhir]") {
    const std::size_t concurrency = GENERATE(0u, 1u, 3u, 100u);
    std::vector<std::atomic<int>> runs(10);

    const auto errors = inParallel(10, concurrency, Deadline::max(), [&](std::size_t index) {
        ++runs[index];
        if (index % 4 == 1) throw Error(ErrorKind::NotFound, "made up " + std::to_string(index));
    });

    for (const auto& count : runs) CHECK(count == 1);
    REQUIRE(errors.size() == 10);
    for (std::size_t i = 0; i < 10; ++i) {
        REQUIRE(errors[i].has_value() == (i % 4 == 1));
        if (errors[i]) CHECK(std::string(errors[i]->what()) == "made up " + std::to_string(i));
    }
    CHECK(inParallel(0, 4, Deadline::max(), [](std::size_t) { FAIL(); }).empty());
}

TEST_CASE("parallel: as many run at once as allowed, and no more", "[fhir]") {
    std::mutex mutex;
    std::condition_variable changed;
    int running = 0, most = 0, met = 0;

    inParallel(12, 4, Deadline::max(), [&](std::size_t) {
        std::unique_lock lock(mutex);
        most = std::max(most, ++running);
        // Each waits until four are here: fewer threads would never get through.
        if (++met % 4 == 0) changed.notify_all();
        const int group = (met - 1) / 4;
        changed.wait(lock, [&] { return met >= (group + 1) * 4; });
        --running;
    });

    CHECK(most == 4);
    CHECK(met == 12);
}

TEST_CASE("parallel: a task that has not begun by the deadline does not", "[fhir]") {
    auto now = std::chrono::steady_clock::now();
    const auto deadline = now + std::chrono::seconds(3);
    fhir::Clock clock;
    clock.steady = [&] { return now; };
    int runs = 0;

    const auto errors = inParallel(
        5, 1, deadline,
        [&](std::size_t) {
            ++runs;
            now += std::chrono::seconds(1);
        },
        clock);

    CHECK(runs == 3);
    CHECK_FALSE(errors[2]);
    REQUIRE(errors[3]);
    CHECK(errors[3]->kind() == ErrorKind::Unavailable);
    CHECK(errors[4]);
}

TEST_CASE("parallel: another exception comes out once all tasks have ended", "[fhir]") {
    std::atomic<int> runs{0};

    CHECK_THROWS_AS(inParallel(8, 4, Deadline::max(),
                               [&](std::size_t index) {
                                   ++runs;
                                   if (index == 2) throw std::logic_error("made up");
                               }),
                    std::logic_error);
    CHECK(runs == 8);
}

}  // namespace parallel_test
