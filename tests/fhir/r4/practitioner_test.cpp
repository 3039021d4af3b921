#include "fhir/r4/practitioner.h"

#include "tests/support/resource.h"

namespace practitioner_test {

using fhir::Practitioner;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Practitioner"})";

}  // namespace

TEST_CASE("practitioner: a full one is read", "[fhir]") {
    const auto person = read<Practitioner>(R"({
        "resourceType": "Practitioner", "id": "n-1", "active": true,
        "identifier": [{"type": {"coding": [{"code": "NPI"}]}, "system": "urn:x", "value": "7"}],
        "name": [{"family": "Makeba-Test", "given": ["Zola"]}],
        "telecom": [{"system": "pager", "value": "555-0100", "use": "work", "rank": 1,
                     "period": {"start": "2026"}}]})");

    CHECK(person.id == "n-1");
    CHECK(person.active == true);
    REQUIRE(person.identifier.size() == 1);
    REQUIRE(person.identifier[0].type);
    CHECK(person.identifier[0].type->label() == "NPI");
    CHECK(displayName(person.name) == "Zola Makeba-Test");
    REQUIRE(person.telecom.size() == 1);
    CHECK(person.telecom[0].system == "pager");
    CHECK(person.telecom[0].value == "555-0100");
    CHECK(person.telecom[0].use == "work");
    CHECK(person.telecom[0].rank == 1);
    CHECK(person.telecom[0].period->start->text() == "2026");
}

TEST_CASE("practitioner: a minimal one is read", "[fhir]") {
    const auto person = read<Practitioner>(kMinimal);

    CHECK_FALSE(person.active);
    CHECK(person.name.empty());
    CHECK(person.telecom.empty());
}

TEST_CASE("practitioner: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Practitioner>(kMinimal);
}

TEST_CASE("practitioner: an element of the wrong type is named by its path", "[fhir]") {
    test::checkWrongTypes<Practitioner>(
        kMinimal, {{R"("active":"yes")", "/active"},
                   {R"("identifier":{})", "/identifier"},
                   {R"("identifier":[{"type":"NPI"}])", "/identifier/0/type"},
                   {R"("name":[7])", "/name/0"},
                   {R"("telecom":{})", "/telecom"},
                   {R"("telecom":[{"rank":"1"}])", "/telecom/0/rank"},
                   {R"("telecom":[{"value":1}])", "/telecom/0/value"},
                   {R"("telecom":[{"period":{"end":"x"}}])", "/telecom/0/period/end"}});
}

}  // namespace practitioner_test
