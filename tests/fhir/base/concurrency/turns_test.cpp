#include "fhir/base/concurrency/turns.h"

namespace turns_test {

TEST_CASE("turns: so many of a key, and so many of all, are let through at once") {
    fhir::Turns turns(3, 2);
    auto first = turns.take("a");
    auto second = turns.take("a");
    CHECK(first);
    CHECK(second);
    CHECK_FALSE(turns.take("a"));
    auto third = turns.take("b");
    CHECK(third);
    CHECK_FALSE(turns.take("c"));

    first.reset();
    CHECK(turns.take("c"));  // given back at once
    CHECK(turns.take("a"));
    second.reset();
    third.reset();
    for (int i = 0; i < 10; ++i) CHECK(turns.take("d"));
}

}  // namespace turns_test
