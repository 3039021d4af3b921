#include "fhir/r4/resource_issue.h"

#include "tests/support/resource.h"

namespace resource_issue_test {

using fhir::Error;
using fhir::ErrorKind;
using fhir::Issue;
using fhir::json::Document;

namespace {

const fhir::ServerAddress kServer(fhir::Url::parse("https://ehr.example/fhir"));

}  // namespace

TEST_CASE("resource issue: a line names resource, element and kind, and whom it is about",
          "[fhir]") {
    const auto [resource, place, text, name, patient] =
        GENERATE(table<std::string, std::string, std::string, std::string, std::string>({
            {R"({"resourceType":"Encounter","id":"e1","subject":{"reference":"Patient/p1"}})",
             "/period/start", "Encounter/e1: period.start is odd", "Encounter/e1", "p1"},
            {R"({"resourceType":"Observation","id":"o1","subject":)"
             R"({"reference":"https://ehr.example/fhir/Patient/p1"}})",
             "/note/1/text", "Observation/o1: note[1].text is odd", "Observation/o1", "p1"},
            {R"({"resourceType":"Patient","id":"p1"})", "/name/0", "Patient/p1: name[0] is odd",
             "Patient/p1", "p1"},
            {R"({"resourceType":"Task","id":"t","for":{"reference":"Patient/p2"}})", "/code",
             "Task/t: code is odd", "Task/t", "p2"},
            {R"({"resourceType":"Task","for":{"reference":"https://other.example/Patient/p2"}})",
             "/code", "Task: code is odd", "Task", ""},
            {R"({"resourceType":"Encounter","id":"two words","subject":{"reference":7}})", "",
             "Encounter: is odd", "Encounter", ""},
            {R"({"resourceType":"Encounter","id":["e"],"subject":"Patient/1"})", "/id",
             "Encounter: id is odd", "Encounter", ""},
            {R"({"resourceType":"A name of somebody"})", "/id", "a resource: id is odd", "", ""},
            {R"("text")", "", "a resource: is odd", "", ""},
        }));
    INFO(resource);
    const auto document = Document::parse(R"({"entry":[{"resource":)" + resource + "}]}");
    const auto value = document.root().at("entry").array().begin().operator*().at("resource");

    const auto issue =
        fhir::issueOfElement(value, {"/entry/0/resource" + place, "is odd"}, kServer);

    CHECK(issue.text == text);
    CHECK(issue.path.empty());
    CHECK(issue.resource == name);
    CHECK(issue.patient == patient);
}

TEST_CASE("resource issue: a resource that is not given keeps the place of its fault", "[fhir]") {
    const auto document =
        Document::parse(R"({"resourceType":"Encounter","id":"e1","subject":{"reference":"x"}})");

    const auto issue = fhir::issueOfResource(
        document.root(), Error(ErrorKind::InvalidInput, "is missing", "/status"), kServer);

    CHECK(issue.path == "/status");
    CHECK(issue.text == "Encounter/e1 cannot be read: status is missing");
    CHECK(issue.resource == "Encounter/e1");
}

}  // namespace resource_issue_test
