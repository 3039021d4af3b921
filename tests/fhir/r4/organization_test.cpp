#include "fhir/r4/organization.h"

#include "tests/support/resource.h"

namespace organization_test {

using fhir::Organization;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Organization"})";

}  // namespace

TEST_CASE("organization: a full one is read", "[fhir]") {
    const auto organization = read<Organization>(R"({
        "resourceType": "Organization", "id": "ward-7", "active": true, "name": "Ward 7 team",
        "identifier": [{"system": "s", "value": "7"}],
        "partOf": {"reference": "Organization/clinic"}})");

    CHECK(organization.id == "ward-7");
    CHECK(organization.active == true);
    CHECK(organization.name == "Ward 7 team");
    CHECK(organization.identifier.at(0).value == "7");
    REQUIRE(organization.partOf);
    CHECK(organization.partOf->relative() == "Organization/clinic");
}

TEST_CASE("organization: a minimal one is read", "[fhir]") {
    const auto organization = read<Organization>(kMinimal);

    CHECK_FALSE(organization.active);
    CHECK_FALSE(organization.name);
    CHECK(organization.identifier.empty());
}

TEST_CASE("organization: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Organization>(kMinimal);
}

TEST_CASE("organization: an element of the wrong type is named by its path", "[fhir]") {
    test::checkWrongTypes<Organization>(kMinimal,
                                        {{R"("active":1)", "/active"},
                                         {R"("name":{})", "/name"},
                                         {R"("identifier":[null])", "/identifier/0"},
                                         {R"("partOf":{"reference":[]})", "/partOf/reference"}});
}

TEST_CASE("organization: its kind and other names are read", "[fhir]") {
    const auto organization =
        read<Organization>(test::with(kMinimal, R"("alias":["7 West"],"type":[{"text":"Ward"}])"));

    CHECK(organization.alias.at(0) == "7 West");
    CHECK(organization.type.at(0).label() == "Ward");
    test::checkWrongTypes<Organization>(
        kMinimal, {{R"("alias":{})", "/alias"}, {R"("type":[1])", "/type/0"}});
}

}  // namespace organization_test
