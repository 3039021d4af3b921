#include "fhir/r4/location.h"

#include "tests/support/resource.h"

namespace location_test {

using fhir::Location;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Location"})";

}  // namespace

TEST_CASE("location: a full one is read", "[fhir]") {
    const auto location = read<Location>(R"({
        "resourceType": "Location", "id": "bed-3", "name": "Bed 3",
        "partOf": {"reference": "Location/room-1"}})");

    CHECK(location.id == "bed-3");
    CHECK(location.name == "Bed 3");
    REQUIRE(location.partOf);
    CHECK(location.partOf->relative() == "Location/room-1");
}

TEST_CASE("location: a minimal one is read", "[fhir]") {
    const auto location = read<Location>(kMinimal);

    CHECK(location.id.empty());
    CHECK_FALSE(location.name);
    CHECK_FALSE(location.partOf);
}

TEST_CASE("location: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Location>(kMinimal);
}

TEST_CASE("location: an element of the wrong type is named by its path", "[fhir]") {
    test::checkWrongTypes<Location>(
        kMinimal, {{R"("name":["Bed"])", "/name"}, {R"("partOf":"Location/1")", "/partOf"}});
}

}  // namespace location_test
