#include "fhir/r4/element.h"

#include "tests/support/resource.h"

namespace element_test {

using fhir::json::Document;

TEST_CASE("element: why a value is absent is read from its sibling", "[fhir]") {
    const auto document = Document::parse(R"({
        "status": "final",
        "_birthDate": {"extension": [{"url": "http://example.org/other", "valueCode": "x"},
            {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
             "valueCode": "masked"}]},
        "_code": {"extension": [{"url": "http://example.org/other", "valueCode": "x"}]}})");

    CHECK(fhir::absentReason(document.root(), "birthDate") == "masked");
    CHECK_FALSE(fhir::absentReason(document.root(), "code"));
    CHECK_FALSE(fhir::absentReason(document.root(), "status"));
    CHECK(fhir::readCode(document.root(), "status") == "final");
    CHECK(fhir::readCode(document.root(), "birthDate") == "unknown");
    CHECK(test::thrown([&] { fhir::readCode(document.root(), "code"); }).path() == "/code");
}

TEST_CASE("element: an extension is found by its URL", "[fhir]") {
    const auto document = Document::parse(
        R"({"extension":[{"valueCode":"no URL"},{"url":"a","valueInteger":1},{"url":"b"}]})");

    CHECK(fhir::findExtension(document.root(), "a")->at("valueInteger").integer() == 1);
    CHECK(fhir::findExtension(document.root(), "b"));
    CHECK_FALSE(fhir::findExtension(document.root(), "c"));
    CHECK_FALSE(fhir::findExtension(Document::parse("{}").root(), "a"));
}

TEST_CASE("element: a contained resource is found by its fragment", "[fhir]") {
    const auto document = Document::parse(
        R"({"contained":[{"resourceType":"Location"},{"id":"bed","name":"Bed 3"}]})");

    const auto find = [&](std::string_view reference) {
        return fhir::findContained(document.root(), reference, fhir::json::strict());
    };

    CHECK(find("#bed")->at("name").text() == "Bed 3");
    CHECK_FALSE(find("#window"));
    CHECK_FALSE(find("bed"));
    CHECK_FALSE(find("Location/bed"));
    CHECK_FALSE(find("#"));
}

}  // namespace element_test
