#include "fhir/r4/capability_statement.h"

#include "tests/support/resource.h"

using fhir::CapabilityStatement;
using tests::read;

namespace {

const std::string kMinimal = R"({"resourceType":"CapabilityStatement"})";

}  // namespace

TEST_CASE("capability statement: a full one is read", "[fhir]") {
    const auto statement = read<CapabilityStatement>(R"({
        "resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "status": "active",
        "kind": "instance", "software": {"name": "Made-up EHR", "version": "2026.1"},
        "format": ["application/fhir+json", "json"],
        "rest": [
            {"mode": "client", "resource": [{"type": "Basic"}]},
            {"mode": "server", "resource": [
                {"type": "Observation", "conditionalCreate": true,
                 "interaction": [{"code": "read"}, {"code": "create"}],
                 "searchParam": [{"name": "patient", "type": "reference"}, {"name": "category"}]},
                {"type": "Flag"}]},
            {"mode": "server", "resource": [{"type": "Task"}]}]})");

    CHECK(statement.fhirVersion == "4.0.1");
    CHECK(statement.software == "Made-up EHR 2026.1");
    CHECK(statement.format == std::vector<std::string>{"application/fhir+json", "json"});
    CHECK(statement.supports("Observation", "create"));
    CHECK_FALSE(statement.supports("Observation", "delete"));
    CHECK_FALSE(statement.supports("Flag", "read"));
    CHECK_FALSE(statement.supports("Task", "read"));
    REQUIRE(statement.find("Observation") != nullptr);
    CHECK(statement.find("Observation")->conditionalCreate);
    CHECK(statement.find("Observation")->searchParam ==
          std::vector<std::string>{"patient", "category"});
    REQUIRE(statement.find("Flag") != nullptr);
    CHECK_FALSE(statement.find("Flag")->conditionalCreate);
    CHECK(statement.find("Basic") == nullptr);
    CHECK(statement.find("Task") == nullptr);
}

TEST_CASE("capability statement: a minimal one is read", "[fhir]") {
    const auto statement = read<CapabilityStatement>(kMinimal);

    CHECK(statement.fhirVersion.empty());
    CHECK_FALSE(statement.software);
    CHECK(statement.resource.empty());
    CHECK(statement.find("Patient") == nullptr);
}

TEST_CASE("capability statement: software may have no version, rest no mode", "[fhir]") {
    const auto statement = read<CapabilityStatement>(tests::with(
        kMinimal, R"("software":{"name":"EHR"},"rest":[{"resource":[{"type":"Patient"}]}])"));

    CHECK(statement.software == "EHR");
    CHECK(statement.find("Patient") != nullptr);
    CHECK_FALSE(
        read<CapabilityStatement>(tests::with(kMinimal, R"("software":{"version":"1"})")).software);
}

TEST_CASE("capability statement: keeps every promise of a resource", "[fhir]") {
    tests::checkHeader<CapabilityStatement>(kMinimal);
}

TEST_CASE("capability statement: an element of the wrong type is named by its path", "[fhir]") {
    const auto inRest = [](const std::string& member) {
        return R"("rest":[{"mode":"server","resource":[{"type":"Flag",)" + member + "}]}]";
    };
    tests::checkWrongTypes<CapabilityStatement>(
        kMinimal,
        {{R"("fhirVersion":4)", "/fhirVersion"},
         {R"("software":"EHR")", "/software"},
         {R"("software":{"name":1})", "/software/name"},
         {R"("format":"json")", "/format"},
         {R"("rest":{})", "/rest"},
         {R"("rest":[null])", "/rest/0"},
         {R"("rest":[{"resource":{}}])", "/rest/0/resource"},
         {R"("rest":[{"resource":[{}]}])", "/rest/0/resource/0/type"},
         {inRest(R"("interaction":[{}])"), "/rest/0/resource/0/interaction/0/code"},
         {inRest(R"("interaction":{})"), "/rest/0/resource/0/interaction"},
         {inRest(R"("searchParam":[{"name":1}])"), "/rest/0/resource/0/searchParam/0/name"},
         {inRest(R"("conditionalCreate":"yes")"), "/rest/0/resource/0/conditionalCreate"}});
}
