#include "fhir/r4/capability_statement.h"

#include "tests/support/resource.h"

namespace capability_statement_test {

using fhir::CapabilityStatement;
using test::read;

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
    const auto statement = read<CapabilityStatement>(test::with(
        kMinimal, R"("software":{"name":"EHR"},"rest":[{"resource":[{"type":"Patient"}]}])"));

    CHECK(statement.software == "EHR");
    CHECK(statement.find("Patient") != nullptr);
    CHECK_FALSE(
        read<CapabilityStatement>(test::with(kMinimal, R"("software":{"version":"1"})")).software);
}

TEST_CASE("capability statement: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<CapabilityStatement>(kMinimal);
}

TEST_CASE("capability statement: an element of the wrong type is named, and costs itself alone",
          "[fhir]") {
    const auto inRest = [](const std::string& member) {
        return R"("rest":[{"mode":"server","resource":[{"type":"Flag",)" + member + "}]}]";
    };
    const std::vector<std::pair<std::string, std::string>> odd{
        {R"("fhirVersion":4)", "/fhirVersion"},
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
        {inRest(R"("conditionalCreate":"yes")"), "/rest/0/resource/0/conditionalCreate"},
        {R"("date":"yesterday")", "/date"},
        {R"("rest":[{"security":{"cors":1}}])", "/rest/0/security/cors"},
        {R"("rest":[{"security":[]}])", "/rest/0/security"}};
    for (const auto& [member, path] : odd) {
        INFO(member);
        const auto statement = read<CapabilityStatement>(test::with(kMinimal, member));
        REQUIRE(statement.problems.size() == 1);
        CHECK(statement.problems.front().path == path);
        const bool isWithin = path.starts_with("/rest/0/resource/0/") && !path.ends_with("type");
        CHECK((statement.find("Flag") != nullptr) == isWithin);
    }
}

// firely-net-sdk and others: a search parameter without a name beside good ones.
TEST_CASE("capability statement: a part without its name leaves the others as they are", "[fhir]") {
    const auto statement = read<CapabilityStatement>(test::with(
        kMinimal, R"("fhirVersion":"4.0.1","rest":[{"mode":"server","resource":[)"
                  R"({"type":"Patient","interaction":[{"code":"read"},{"code":7},{}],)"
                  R"("searchParam":[{"name":"patient"},{"type":"token"},{"name":"_id"}]},)"
                  R"({"interaction":[]},{"type":"Observation","conditionalCreate":"true",)"
                  R"("interaction":[{"code":"create"}]}]}])"));

    CHECK(statement.supports("Patient", "read"));
    CHECK(statement.find("Patient")->searchParam == std::vector<std::string>{"patient", "_id"});
    CHECK(statement.supports("Observation", "create"));
    CHECK_FALSE(statement.find("Observation")->conditionalCreate);  // nothing is built on it
    CHECK(statement.problems.size() == 5);
}

TEST_CASE("capability statement: what a server says of writing and of tokens is read", "[fhir]") {
    const auto statement = read<CapabilityStatement>(R"({
        "resourceType": "CapabilityStatement", "date": "2026-03", "patchFormat": ["json"],
        "implementationGuide": ["http://ig.example|1"], "instantiates": ["http://cs.example"],
        "rest": [{"mode": "server",
            "interaction": [{"code": "transaction"}], "operation": [{"name": "export"}],
            "security": {"cors": true, "service": [{"text": "SMART-on-FHIR"}], "extension": [{
                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                "extension": [{"url": "token", "valueUri": "https://ehr.example/token"},
                              {"url": "authorize", "valueUri": "https://ehr.example/authorize"},
                              {"url": "register", "valueUri": "https://ehr.example/register"},
                              {"url": "manage", "valueUri": "https://ehr.example/manage"},
                              {"url": "introspect", "valueUri": "https://ehr.example/introspect"},
                              {"url": "revoke", "valueUri": "https://ehr.example/revoke"}]}]},
            "resource": [{"type": "Flag", "conditionalUpdate": true, "updateCreate": true,
                "versioning": "versioned-update", "operation": [{"name": "x"}],
                "searchInclude": ["Flag:author"], "searchRevInclude": ["List:item"],
                "supportedProfile": ["http://p.example"]}]}]})");

    CHECK(statement.date->text() == "2026-03");
    CHECK(statement.patchFormat.at(0) == "json");
    CHECK(statement.implementationGuide.at(0) == "http://ig.example|1");
    CHECK(statement.instantiates.at(0) == "http://cs.example");
    CHECK(statement.supports("transaction"));
    CHECK_FALSE(statement.supports("batch"));
    CHECK(statement.operation.at(0) == "export");
    REQUIRE(statement.security);
    CHECK(statement.security->cors);
    CHECK(statement.security->service.at(0).label() == "SMART-on-FHIR");
    REQUIRE(statement.security->oauthUris);
    CHECK(statement.security->oauthUris->token == "https://ehr.example/token");
    CHECK(statement.security->oauthUris->authorize == "https://ehr.example/authorize");
    CHECK(statement.security->oauthUris->registration == "https://ehr.example/register");
    CHECK(statement.security->oauthUris->manage == "https://ehr.example/manage");
    CHECK(statement.security->oauthUris->introspect == "https://ehr.example/introspect");
    CHECK(statement.security->oauthUris->revoke == "https://ehr.example/revoke");
    const auto* flag = statement.find("Flag");
    REQUIRE(flag);
    CHECK(flag->conditionalUpdate);
    CHECK(flag->updateCreate);
    CHECK(flag->versioning == "versioned-update");
    CHECK(flag->operation.at(0) == "x");
    CHECK(flag->searchInclude.at(0) == "Flag:author");
    CHECK(flag->searchRevInclude.at(0) == "List:item");
    CHECK(flag->supportedProfile.at(0) == "http://p.example");
}

TEST_CASE("capability statement: without security there is none", "[fhir]") {
    const auto statement = read<CapabilityStatement>(
        R"({"resourceType":"CapabilityStatement","rest":[{"security":{}},{"security":[]}]})");

    REQUIRE(statement.security);
    CHECK_FALSE(statement.security->oauthUris);
    CHECK(statement.problems.empty());
    CHECK_FALSE(read<CapabilityStatement>(kMinimal).security);
}

}  // namespace capability_statement_test
