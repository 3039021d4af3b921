#include "fhir/r4/practitioner_role.h"

#include "tests/support/resource.h"

namespace practitioner_role_test {

using fhir::PractitionerRole;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"PractitionerRole"})";

}  // namespace

TEST_CASE("practitioner role: who is in it is read", "[fhir]") {
    const auto role = read<PractitionerRole>(R"({
        "resourceType": "PractitionerRole", "id": "r-1", "active": false,
        "practitioner": {"reference": "Practitioner/n-1"}, "code": [{"text": "Nurse"}]})");

    CHECK(role.id == "r-1");
    CHECK(role.practitioner->relative() == "Practitioner/n-1");
    CHECK_FALSE(read<PractitionerRole>(kMinimal).practitioner);
}

TEST_CASE("practitioner role: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<PractitionerRole>(kMinimal);
}

TEST_CASE("practitioner role: an element of the wrong type is named by its path", "[fhir]") {
    test::checkWrongTypes<PractitionerRole>(kMinimal, {{R"("practitioner":[])", "/practitioner"}});
}

}  // namespace practitioner_role_test
