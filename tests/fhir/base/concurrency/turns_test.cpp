#include "fhir/base/concurrency/turns.h"

#include <list>

namespace turns_test {

using namespace std::chrono_literals;
using fhir::Turns;

namespace {

constexpr std::size_t kMany = 1000;

/// How many of 100 are let through one after the other.
int passed(Turns& turns, const std::string& key, fhir::Deadline now) {
    int count = 0;
    for (int i = 0; i < 100; ++i) count += turns.take(key, now).has_value() ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("turns: so many of a key, and so many of all, are let through at once") {
    Turns turns({3, kMany}, {2, kMany});
    const fhir::Deadline now{};
    auto first = turns.take("a", now);
    auto second = turns.take("a", now);
    CHECK(first);
    CHECK(second);
    CHECK_FALSE(turns.take("a", now));
    auto third = turns.take("b", now);
    CHECK(third);
    CHECK_FALSE(turns.take("c", now));

    first.reset();
    CHECK(turns.take("c", now));  // given back at once
    CHECK(turns.take("a", now));
    second.reset();
    third.reset();
    for (int i = 0; i < 10; ++i) CHECK(turns.take("d", now));
}

TEST_CASE("turns: so many of a key, and so many of all, are let through within a second") {
    Turns turns({kMany, 5}, {kMany, 3});
    const fhir::Deadline now{1h};

    CHECK(passed(turns, "a", now) == 3);
    CHECK(passed(turns, "b", now + 500ms) == 2);
    CHECK(passed(turns, "c", now + 999ms) == 0);
    CHECK(passed(turns, "a", now + 1s) == 3);  // given back, all of them
    CHECK(passed(turns, "d", now + 1s) == 2);
}

TEST_CASE("turns: one that is through counts when the second is over") {
    Turns turns({2, 1}, {2, 1});
    std::list<Turns::Turn> through;
    for (int i = 0; i < 3; ++i)
        if (auto turn = turns.take("a", fhir::Deadline{std::chrono::seconds(i + 1)}))
            through.push_back(std::move(*turn));
    CHECK(through.size() == 2);
}

}  // namespace turns_test
