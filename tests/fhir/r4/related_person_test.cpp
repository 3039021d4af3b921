#include "fhir/r4/related_person.h"

#include "tests/support/resource.h"

namespace related_person_test {

using fhir::RelatedPerson;
using test::read;

namespace {

const std::string kMinimal =
    R"({"resourceType":"RelatedPerson","patient":{"reference":"Patient/p-1"}})";

}  // namespace

TEST_CASE("related person: a full one is read", "[fhir]") {
    const auto person = read<RelatedPerson>(R"({
        "resourceType": "RelatedPerson", "id": "rp-1", "active": true,
        "identifier": [{"value": "made-up"}],
        "patient": {"reference": "Patient/p-1"},
        "relationship": [{"coding": [{"code": "DAU", "display": "daughter"}]}],
        "name": [{"text": "하늘 Test-Kim"}],
        "telecom": [{"system": "phone", "value": "555-0102"}],
        "period": {"start": "2019"},
        "communication": [{"language": {"coding": [{"code": "en"}]}},
                          {"language": {"coding": [{"code": "ko"}]}, "preferred": true}]})");

    CHECK(person.id == "rp-1");
    CHECK(person.active == true);
    CHECK(person.identifier.at(0).value == "made-up");
    CHECK(person.patient.relative() == "Patient/p-1");
    CHECK(person.relationship.at(0).label() == "daughter");
    CHECK(displayName(person.name) == "하늘 Test-Kim");
    CHECK(person.telecom.at(0).value == "555-0102");
    CHECK(person.period->start->text() == "2019");
    CHECK(person.language == std::vector<std::string>{"ko", "en"});
}

TEST_CASE("related person: a minimal one is read", "[fhir]") {
    const auto person = read<RelatedPerson>(kMinimal);

    CHECK_FALSE(person.active);
    CHECK(person.relationship.empty());
    CHECK(person.language.empty());
}

TEST_CASE("related person: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<RelatedPerson>(kMinimal);
}

TEST_CASE("related person: an element of the wrong type is named by its path", "[fhir]") {
    CHECK(test::thrown([] { read<RelatedPerson>(R"({"resourceType":"RelatedPerson"})"); }).path() ==
          "/patient");
    test::checkWrongTypes<RelatedPerson>(
        kMinimal, {{R"("active":"x")", "/active"},
                   {R"("identifier":{})", "/identifier"},
                   {R"("relationship":"DAU")", "/relationship"},
                   {R"("name":{})", "/name"},
                   {R"("telecom":7)", "/telecom"},
                   {R"("period":[])", "/period"},
                   {R"("communication":[{"language":"ko"}])", "/communication/0/language"},
                   {R"("communication":[{"modifierExtension":[{"url":"u"}]}])",
                    "/communication/0/modifierExtension"}});
}

}  // namespace related_person_test
