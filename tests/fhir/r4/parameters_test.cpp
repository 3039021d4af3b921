#include "fhir/r4/parameters.h"

#include "tests/support/resource.h"

namespace parameters_test {

using fhir::Parameters;
using fhir::json::Document;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Parameters"})";

}  // namespace

TEST_CASE("parameters: a full one is read", "[fhir]") {
    const auto document = Document::parse(R"({
        "resourceType": "Parameters", "id": "x", "meta": {"profile": ["http://x.example"]},
        "parameter": [
            {"name": "result", "valueBoolean": true},
            {"name": "match", "part": [{"name": "score", "valueDecimal": 0.90},
                                       {"name": "record", "resource": {"resourceType": "Basic"}}]},
            {"name": "address", "valueAddress": {"city": "Nowhere"}}]})");

    const auto parameters = Parameters::fromJson(document.root());

    CHECK(parameters.id == "x");
    REQUIRE(parameters.find("result"));
    CHECK(std::get<bool>(parameters.find("result")->value->value));
    const auto* match = parameters.find("match");
    REQUIRE(match);
    REQUIRE(match->find("score"));
    CHECK(std::get<fhir::Decimal>(match->find("score")->value->value).text() == "0.90");
    REQUIRE(match->find("record"));
    CHECK(match->find("record")->resource->at("resourceType").text() == "Basic");
    CHECK(match->find("nothing") == nullptr);
    REQUIRE(parameters.find("address"));
    CHECK_FALSE(parameters.find("address")->value);
    CHECK(parameters.find("nothing") == nullptr);
}

TEST_CASE("parameters: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Parameters>(kMinimal);
}

TEST_CASE("parameters: an element of the wrong type is named by its path", "[fhir]") {
    test::checkWrongTypes<Parameters>(
        kMinimal, {{R"("parameter":{})", "/parameter"},
                   {R"("parameter":[{}])", "/parameter/0/name"},
                   {R"("parameter":[{"name":1}])", "/parameter/0/name"},
                   {R"("parameter":[{"name":"a","valueString":1}])", "/parameter/0/valueString"},
                   {R"("parameter":[{"name":"a","part":[{"name":"b","part":[{}]}]}])",
                    "/parameter/0/part/0/part/0/name"},
                   {R"("parameter":[{"name":"a","modifierExtension":[{"url":"u"}]}])",
                    "/parameter/0/modifierExtension"}});
}

}  // namespace parameters_test
