#include "fhir/r4/patient.h"

#include "tests/support/resource.h"

namespace patient_test {

using fhir::Patient;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Patient"})";

}  // namespace

TEST_CASE("patient: a full one is read", "[fhir]") {
    const auto patient = read<Patient>(R"({
        "resourceType": "Patient", "id": "p-1",
        "meta": {"versionId": "3", "security": [{"system": "s", "code": "R"}]},
        "active": true,
        "identifier": [{"use": "official", "system": "urn:oid:1.2.3", "value": "MADE-UP-1"}],
        "name": [{"use": "official", "family": "Test-Nguyễn", "given": ["Thị", "Mai"]}],
        "telecom": [{"system": "phone", "value": "555-0103"}],
        "gender": "female", "birthDate": "1941-05",
        "contact": [{"relationship": [{"text": "Partner"}], "name": {"text": "Test-Hương"},
                     "telecom": [{"value": "555-0104"}], "period": {"start": "2020"}}],
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
                       "valueBoolean": true}],
        "generalPractitioner": [{"reference": "Practitioner/n-1"}],
        "managingOrganization": {"reference": "Organization/o-1"},
        "deceasedBoolean": false,
        "communication": [
            {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "fr"}]}},
            {"language": {"coding": [{"code": "vi"}]}, "preferred": true},
            {"language": {"text": "a bit of English"}},
            {"language": {"coding": [{"display": "German"}, {"code": "de"}]}}],
        "link": [{"other": {"reference": "Patient/p-0"}, "type": "replaces"}]})");

    CHECK(patient.id == "p-1");
    REQUIRE(patient.meta);
    CHECK(patient.meta->versionId == "3");
    CHECK(patient.meta->security.at(0).code == "R");
    CHECK(patient.active == true);
    CHECK(patient.identifier.at(0).value == "MADE-UP-1");
    CHECK(displayName(patient.name) == "Thị Mai Test-Nguyễn");
    CHECK(patient.gender == "female");
    REQUIRE(patient.birthDate);
    CHECK(patient.birthDate->text() == "1941-05");
    CHECK_FALSE(patient.deceased);
    CHECK(patient.telecom.at(0).value == "555-0103");
    REQUIRE(patient.contact.size() == 1);
    CHECK(patient.contact[0].relationship.at(0).label() == "Partner");
    CHECK(patient.contact[0].name->text == "Test-Hương");
    CHECK(patient.contact[0].telecom.at(0).value == "555-0104");
    CHECK(patient.contact[0].period->start->text() == "2020");
    CHECK(patient.interpreterRequired == true);
    CHECK(patient.generalPractitioner.at(0).relative() == "Practitioner/n-1");
    CHECK(patient.managingOrganization->relative() == "Organization/o-1");
    CHECK(patient.language == std::vector<std::string>{"vi", "fr", "de"});
    REQUIRE(patient.link.size() == 1);
    CHECK(patient.link[0].type == "replaces");
    CHECK(patient.link[0].other.relative() == "Patient/p-0");
}

TEST_CASE("patient: a minimal one is read", "[fhir]") {
    const auto patient = read<Patient>(kMinimal);

    CHECK(patient.id.empty());
    CHECK_FALSE(patient.meta);
    CHECK_FALSE(patient.active);
    CHECK(patient.name.empty());
    CHECK_FALSE(patient.birthDate);
    CHECK_FALSE(patient.deceased);
    CHECK(patient.language.empty());
    CHECK(patient.link.empty());
}

TEST_CASE("patient: a birth date with a time, which R4 does not have, is no reason to refuse",
          "[fhir]") {
    const auto patient =
        read<Patient>(test::with(kMinimal, R"("birthDate":"1941-05-01T00:00:00Z")"));

    CHECK(patient.birthDate->text() == "1941-05-01T00:00:00Z");
}

TEST_CASE("patient: is dead when either element says so", "[fhir]") {
    CHECK(read<Patient>(test::with(kMinimal, R"("deceasedBoolean":true)")).deceased);
    CHECK(read<Patient>(test::with(kMinimal, R"("deceasedDateTime":"2026-01")")).deceased);
    CHECK(read<Patient>(test::with(kMinimal, R"("deceasedDateTime":"2026-01")"))
              .deceasedDateTime->text() == "2026-01");
}

TEST_CASE("patient: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Patient>(kMinimal);
}

TEST_CASE("patient: an element of the wrong type is named by its path", "[fhir]") {
    test::checkWrongTypes<Patient>(
        kMinimal,
        {{R"("active":"true")", "/active"},
         {R"("identifier":{})", "/identifier"},
         {R"("identifier":[null])", "/identifier/0"},
         {R"("identifier":[{},{"value":7}])", "/identifier/1/value"},
         {R"("name":"Kim")", "/name"},
         {R"("name":[{"given":[1]}])", "/name/0/given/0"},
         {R"("gender":1)", "/gender"},
         {R"("birthDate":"05/1941")", "/birthDate"},
         {R"("birthDate":1941)", "/birthDate"},
         {R"("deceasedBoolean":"no")", "/deceasedBoolean"},
         {R"("deceasedDateTime":"long ago")", "/deceasedDateTime"},
         {R"("telecom":{})", "/telecom"},
         {R"("contact":[1])", "/contact/0"},
         {R"("contact":[{"name":[]}])", "/contact/0/name"},
         {R"("contact":[{"modifierExtension":[{"url":"u"}]}])", "/contact/0/modifierExtension"},
         {R"("generalPractitioner":{})", "/generalPractitioner"},
         {R"("managingOrganization":[])", "/managingOrganization"},
         {R"("communication":{})", "/communication"},
         {R"("communication":[null])", "/communication/0"},
         {R"("communication":[{"language":"vi"}])", "/communication/0/language"},
         {R"("communication":[{"language":{"coding":[{"code":"vi"}]},"preferred":"yes"}])",
          "/communication/0/preferred"},
         {R"("communication":[{"modifierExtension":[{"url":"u"}]}])",
          "/communication/0/modifierExtension"},
         {R"("link":[{"type":"seealso"}])", "/link/0/other"},
         {R"("link":[{"other":{"reference":"Patient/1"}}])", "/link/0/type"},
         {R"("link":[{"other":{"reference":"Patient/1"},"type":"seealso",)"
          R"("modifierExtension":[{"url":"u"}]}])",
          "/link/0/modifierExtension"}});
}

}  // namespace patient_test
