#include "fhir/base/boxed.h"

#include <catch2/catch.hpp>
#include <string>

namespace boxed_test {

using fhir::Boxed;

TEST_CASE("boxed: holds a value or none", "[fhir]") {
    const Boxed<std::string> none;
    const Boxed<std::string> one(std::string("one"));

    CHECK_FALSE(none);
    REQUIRE(one);
    CHECK(*one == "one");
    CHECK(one->size() == 3);
    CHECK_FALSE(Boxed<std::string>(std::nullopt));
    CHECK_FALSE(Boxed<std::string>(std::optional<std::string>()));
    CHECK(*Boxed<std::string>(std::optional<std::string>("x")) == "x");
}

TEST_CASE("boxed: a copy is another value, a move the same", "[fhir]") {
    Boxed<std::string> first(std::string("first"));
    auto copy = first;
    *copy = "changed";
    CHECK(*first == "first");

    const auto* place = &*first;
    const auto moved = std::move(first);
    CHECK(&*moved == place);

    copy = Boxed<std::string>();
    CHECK_FALSE(copy);
    copy = moved;
    CHECK(*copy == "first");
}

}  // namespace boxed_test
