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
        "active": true,
        "identifier": [{"use": "official", "system": "urn:oid:1.2.3", "value": "MADE-UP-1"}],
        "name": [{"use": "official", "family": "Test-Nguyễn", "given": ["Thị", "Mai"]}],
        "gender": "female", "birthDate": "1941-05",
        "deceasedBoolean": false,
        "communication": [
            {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "fr"}]}},
            {"language": {"coding": [{"code": "vi"}]}, "preferred": true},
            {"language": {"text": "a bit of English"}},
            {"language": {"coding": [{"display": "German"}, {"code": "de"}]}}],
        "link": [{"other": {"reference": "Patient/p-0"}, "type": "replaces"}]})");

    CHECK(patient.id == "p-1");
    CHECK(patient.active == true);
    CHECK(patient.identifier.at(0).value == "MADE-UP-1");
    CHECK(displayName(patient.name, {}) == "Thị Mai Test-Nguyễn");
    CHECK(patient.gender == "female");
    REQUIRE(patient.birthDate);
    CHECK(patient.birthDate->text() == "1941-05");
    CHECK(patient.deceased == false);
    CHECK(patient.language == std::vector<std::string>{"vi", "fr", "de"});
    REQUIRE(patient.link.size() == 1);
    CHECK(patient.link[0].type == "replaces");
    CHECK(patient.link[0].other.relative() == "Patient/p-0");
}

TEST_CASE("patient: a minimal one is read", "[fhir]") {
    const auto patient = read<Patient>(kMinimal);

    CHECK(patient.id.empty());
    CHECK_FALSE(patient.active);
    CHECK(patient.name.empty());
    CHECK_FALSE(patient.birthDate);
    CHECK(patient.deceased == false);
    CHECK(patient.language.empty());
    CHECK(patient.link.empty());
}

TEST_CASE("patient: a birth date with a time is no day that anybody can be sure of", "[fhir]") {
    const std::string time =
        GENERATE("1941-05-01T00:00:00", "1941-05-01T00:00:00Z", "1941-04-30T22:00:00+00:00");
    const auto document =
        fhir::json::Document::parse(test::with(kMinimal, "\"birthDate\":\"" + time + "\""));
    fhir::json::Wanted wanted;

    CHECK_FALSE(Patient::fromJson(document.root(), wanted).birthDate);
    REQUIRE(wanted.problems().size() == 1);
    CHECK(wanted.problems().front().path == "/birthDate");
}

TEST_CASE("patient: has died when either element says so, and may have where one cannot be read",
          "[fhir]") {
    const auto [member, deceased] = GENERATE(table<std::string, std::optional<bool>>({
        {R"("deceasedBoolean":true)", true},
        {R"("deceasedBoolean":"true")", true},
        {R"("deceasedBoolean":false)", false},
        {R"("deceasedBoolean":"false")", false},
        {R"("deceasedBoolean":"no")", {}},
        {R"("deceasedBoolean":0)", {}},
        {R"("deceasedBoolean":null)", false},
        {R"("deceasedDateTime":"2026-01")", true},
        {R"("deceasedDateTime":"2026-01-02T03:04:05")", true},
        {R"("deceasedDateTime":"long ago")", {}},
        {R"("deceasedDateTime":7)", {}},
        {R"("deceasedDateTime":"2026-01-02T03:04\u0000")", {}},
        {R"("deceasedDateTime":7,"deceasedBoolean":true)", true},
    }));
    INFO(member);
    const auto document = fhir::json::Document::parse(test::with(kMinimal, member));
    fhir::json::Wanted wanted;

    CHECK(Patient::fromJson(document.root(), wanted).deceased == deceased);
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
