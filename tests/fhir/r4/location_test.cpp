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
        "resourceType": "Location", "id": "bed-3", "status": "active", "name": "Bed 3",
        "physicalType": {"coding": [{"code": "bd"}]},
        "partOf": {"reference": "Location/room-1"}})");

    CHECK(location.id == "bed-3");
    CHECK(location.status == "active");
    CHECK(location.name == "Bed 3");
    REQUIRE(location.physicalType);
    CHECK(location.physicalType->label() == "bd");
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
        kMinimal, {{R"("status":1)", "/status"},
                   {R"("name":["Bed"])", "/name"},
                   {R"("physicalType":"bd")", "/physicalType"},
                   {R"("physicalType":{"coding":[null]})", "/physicalType/coding/0"},
                   {R"("partOf":"Location/1")", "/partOf"}});
}

TEST_CASE("location: what tells a bed from a kind of place is read", "[fhir]") {
    const auto location = read<Location>(test::with(kMinimal, R"(
        "identifier": [{"value": "7-3"}], "alias": ["Window bed"], "mode": "instance",
        "operationalStatus": {"code": "O"}, "type": [{"text": "Geriatric unit"}],
        "managingOrganization": {"reference": "Organization/o-1"})"));

    CHECK(location.identifier.at(0).value == "7-3");
    CHECK(location.alias.at(0) == "Window bed");
    CHECK(location.mode == "instance");
    CHECK(location.operationalStatus->code == "O");
    CHECK(location.type.at(0).label() == "Geriatric unit");
    CHECK(location.managingOrganization->relative() == "Organization/o-1");
    test::checkWrongTypes<Location>(kMinimal,
                                    {{R"("identifier":{})", "/identifier"},
                                     {R"("alias":[1])", "/alias/0"},
                                     {R"("mode":1)", "/mode"},
                                     {R"("operationalStatus":"O")", "/operationalStatus"},
                                     {R"("type":{})", "/type"},
                                     {R"("managingOrganization":[])", "/managingOrganization"}});
}

}  // namespace location_test
