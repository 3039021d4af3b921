#include "plugin/sync/schedule.h"

#include <algorithm>

namespace schedule_test {

using namespace std::chrono_literals;
using fhir::Deadline;
using plugin::sync::Schedule;
using plugin::sync::withJitter;

namespace {

const Deadline kStart{1000s};

/// What may be read at that moment, in order; each begins.
std::string takeAll(Schedule& schedule, Deadline now) {
    std::string taken;
    while (const auto unit = schedule.take(now)) taken += std::to_string(unit->unit);
    return taken;
}

}  // namespace

TEST_CASE("schedule: every unit is due at the start, as many of a connection as may be", "[sync]") {
    Schedule schedule({{"a", 2}, {"a", 2}, {"a", 2}, {"b", 1}, {"b", 1}}, kStart);

    CHECK(schedule.next() == kStart);
    CHECK(takeAll(schedule, kStart) == "013");
    CHECK(schedule.next() == Deadline::max());  // two wait for others to end

    schedule.finish(3, kStart + 1s, kStart + 61s);

    CHECK(takeAll(schedule, kStart + 1s) == "4");
    schedule.finish(0, kStart + 2s, kStart + 62s);
    CHECK(takeAll(schedule, kStart + 2s) == "2");
}

TEST_CASE("schedule: a unit is never read twice at once, and next from the end of the last",
          "[sync]") {
    Schedule schedule({{"a", 4}}, kStart);
    REQUIRE(schedule.take(kStart));

    CHECK_FALSE(schedule.take(kStart + 1000s));  // however long it takes
    CHECK_FALSE(schedule.take(std::size_t{0}));

    schedule.finish(0, kStart + 1000s, kStart + 1060s);
    CHECK(schedule.next() == kStart + 1060s);
    CHECK_FALSE(schedule.take(kStart + 1059s));
    CHECK(schedule.take(kStart + 1060s));
}

TEST_CASE("schedule: the one that has waited longest goes first", "[sync]") {
    Schedule schedule({{"a", 1}, {"a", 1}, {"a", 1}}, kStart);
    for (const auto& [unit, due] : {std::pair{0U, 30s}, {1U, 10s}, {2U, 20s}}) {
        REQUIRE(schedule.take(std::size_t{unit}));
        schedule.finish(unit, kStart, kStart + due);
    }

    std::string order;
    for (int i = 0; i < 3; ++i) {
        const auto unit = schedule.take(kStart + 60s);
        REQUIRE(unit);
        order += std::to_string(unit->unit);
        schedule.finish(unit->unit, kStart + 60s, kStart + 120s);
    }
    CHECK(order == "120");
}

TEST_CASE("schedule: what is asked for often is read once, and soon", "[sync]") {
    Schedule schedule({{"a", 1}}, kStart);
    REQUIRE(schedule.take(kStart));
    schedule.finish(0, kStart + 1s, kStart + 61s);

    for (int i = 0; i < 10; ++i) schedule.request(0, kStart + 1s);

    CHECK(schedule.next() == kStart + 1s + Schedule::kGap);
    const auto taken = schedule.take(kStart + 10s);
    REQUIRE(taken);
    CHECK(taken->wasRequested);
    schedule.finish(0, kStart + 11s, kStart + 71s);
    CHECK(schedule.next() == kStart + 71s);
}

TEST_CASE("schedule: what is asked for during a reading is read once more", "[sync]") {
    Schedule schedule({{"a", 1}}, kStart);
    REQUIRE(schedule.take(kStart));

    schedule.request(0, kStart + 1s);
    schedule.request(0, kStart + 2s);

    CHECK(takeAll(schedule, kStart + 5s) == "");
    schedule.finish(0, kStart + 5s, kStart + 65s);
    CHECK(schedule.next() == kStart + 5s + Schedule::kGap);
}

TEST_CASE("schedule: waits differ by a tenth at most", "[sync]") {
    CHECK(withJitter(60s, 0.0) == 54s);
    CHECK(withJitter(60s, 0.5) == 60s);
    CHECK(withJitter(60s, 1.0) == 66s);
}

TEST_CASE("schedule: a unit that is brought forward is due then, and never later", "[sync]") {
    Schedule schedule({{"a", 1}}, kStart);
    REQUIRE(schedule.take(kStart));
    schedule.finish(0, kStart + 1s, kStart + 61s);

    schedule.advance(0, kStart + 20s);
    schedule.advance(0, kStart + 30s);

    CHECK(schedule.next() == kStart + 20s);
    CHECK_FALSE(schedule.take(kStart + 19s));
    const auto taken = schedule.take(kStart + 20s);
    REQUIRE(taken);
    CHECK_FALSE(taken->wasRequested);  // by the lease it is known whether it is still wanted
}

TEST_CASE("schedule: what is brought forward while it is read is due after that", "[sync]") {
    Schedule schedule({{"a", 1}}, kStart);
    REQUIRE(schedule.take(kStart));
    schedule.advance(0, kStart + 5s);
    CHECK_FALSE(schedule.take(kStart + 5s));

    schedule.finish(0, kStart + 10s, kStart + 70s);

    CHECK(schedule.take(kStart + 10s));
    schedule.finish(0, kStart + 11s, kStart + 71s);
    CHECK(schedule.next() == kStart + 71s);
}

}  // namespace schedule_test
