#include "fhir/r4/practitioner_role.h"

#include "tests/support/resource.h"

namespace practitioner_role_test {

using fhir::PractitionerRole;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"PractitionerRole"})";

}  // namespace

TEST_CASE("practitioner role: a full one is read", "[fhir]") {
    const auto role = read<PractitionerRole>(R"({
        "resourceType": "PractitionerRole", "id": "r-1", "active": false,
        "identifier": [{"value": "made-up"}], "period": {"end": "2026-01-31"},
        "practitioner": {"reference": "Practitioner/n-1"},
        "organization": {"display": "Ward 7"},
        "code": [{"text": "Nurse"}], "specialty": [{"text": "Geriatrics"}],
        "location": [{"reference": "Location/w-7"}],
        "telecom": [{"value": "555-0101"}]})");

    CHECK(role.id == "r-1");
    CHECK(role.active == false);
    CHECK(role.identifier.at(0).value == "made-up");
    CHECK(role.period->end->text() == "2026-01-31");
    CHECK(role.practitioner->relative() == "Practitioner/n-1");
    CHECK(role.organization->display == "Ward 7");
    CHECK(role.code.at(0).label() == "Nurse");
    CHECK(role.specialty.at(0).label() == "Geriatrics");
    CHECK(role.location.at(0).relative() == "Location/w-7");
    CHECK(role.telecom.at(0).value == "555-0101");
}

TEST_CASE("practitioner role: a minimal one is read", "[fhir]") {
    const auto role = read<PractitionerRole>(kMinimal);

    CHECK_FALSE(role.practitioner);
    CHECK_FALSE(role.organization);
    CHECK(role.code.empty());
}

TEST_CASE("practitioner role: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<PractitionerRole>(kMinimal);
}

TEST_CASE("practitioner role: an element of the wrong type is named by its path", "[fhir]") {
    test::checkWrongTypes<PractitionerRole>(kMinimal, {{R"("active":1)", "/active"},
                                                       {R"("identifier":[1])", "/identifier/0"},
                                                       {R"("period":"2026")", "/period"},
                                                       {R"("practitioner":[])", "/practitioner"},
                                                       {R"("organization":"x")", "/organization"},
                                                       {R"("code":{})", "/code"},
                                                       {R"("specialty":["x"])", "/specialty/0"},
                                                       {R"("location":{})", "/location"},
                                                       {R"("telecom":[null])", "/telecom/0"}});
}

}  // namespace practitioner_role_test
