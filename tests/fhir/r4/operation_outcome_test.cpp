#include "fhir/r4/operation_outcome.h"

#include "tests/support/resource.h"

namespace operation_outcome_test {

using Catch::Matchers::Contains;
using fhir::OperationOutcome;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"OperationOutcome"})";

std::string summary(const std::string& issues) {
    return read<OperationOutcome>(test::with(kMinimal, "\"issue\":" + issues)).summary();
}

}  // namespace

TEST_CASE("operation outcome: a full one is read", "[fhir]") {
    const auto outcome = read<OperationOutcome>(R"({
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": "required",
                   "details": {"text": "Category is missing for Ama Test"},
                   "diagnostics": "patient Ama Test", "expression": ["Observation.category"]},
                  {"severity": "warning", "code": "informational",
                   "location": ["Observation.note"]},
                  {}]})");

    REQUIRE(outcome.issue.size() == 3);
    CHECK(outcome.hasError());
    CHECK(outcome.issue[0].details->label() == "Category is missing for Ama Test");
    CHECK(outcome.issue[0].diagnostics == "patient Ama Test");
    CHECK(outcome.issue[1].expression == std::vector<std::string>{"Observation.note"});
    CHECK(outcome.issue[2].severity == "error");
    CHECK(outcome.issue[2].code == "unknown");
    CHECK(outcome.summary() ==
          "error required (Observation.category); warning informational (Observation.note); "
          "error unknown");
}

TEST_CASE("operation outcome: fatal and error are errors, the rest is not", "[fhir]") {
    const auto [severity, expected] = GENERATE(table<std::string, bool>(
        {{"fatal", true}, {"error", true}, {"warning", false}, {"information", false}}));
    const auto outcome = read<OperationOutcome>(
        test::with(kMinimal, R"("issue":[{"code":"x","severity":")" + severity + "\"}]"));

    CHECK(outcome.hasError() == expected);
    CHECK_FALSE(read<OperationOutcome>(kMinimal).hasError());
}

TEST_CASE("operation outcome: the summary lets codes and places through", "[fhir]") {
    const auto [issue, expected] = GENERATE(table<std::string, std::string>({
        {R"({"severity":"fatal","code":"not-found"})", "fatal not-found"},
        {R"({"severity":"error","code":"value","expression":["Bundle.entry[0].resource"]})",
         "error value (Bundle.entry[0].resource)"},
        {R"({"severity":"error","code":"invalid","expression":["Observation.value[x]"]})",
         "error invalid (Observation.value[x])"},
        {R"({"severity":"error","code":"invalid","details":{"coding":[
            {"system":"urn:oid:1.2.840.114350.1.13.0.1.7.2.657369","code":"59100"}]}})",
         "error invalid 59100"},
        {R"({"severity":"error","code":"not-found","details":{"coding":[
            {"system":"https://fhir.example/Spine-ErrorOrWarningCode-1","code":"NO_RECORD_FOUND"}
            ]},"expression":["Patient.identifier"]})",
         "error not-found NO_RECORD_FOUND (Patient.identifier)"},
    }));

    CHECK(summary("[" + issue + "]") == expected);
}

TEST_CASE("operation outcome: the summary lets no free text through", "[fhir]") {
    const std::string words = GENERATE(
        "Ama Okafor-Test", "AmaOkaforTest", "ama.okafor", "Patient Ama.Okafor", "MRN-0012345",
        "0012345678", "Patient.where(name='Okafor')", "Patient.name = 'Okafor'", "Okafor.Test",
        "Patient.name.okafor Test", "Patient.0012345", "patient.okafor", "<b>Okafor</b>",
        "Patient.name['Okafor']", "OKAFOR AMA", "OKAFOR", "okafor@mail.example", "Patient/okafor");
    fhir::json::Writer writer;
    writer.beginArray().beginObject();
    for (const auto* member : {"severity", "code", "diagnostics"}) writer.member(member, words);
    writer.key("details").beginObject().key("coding").beginArray().beginObject();
    writer.member("code", words).member("display", words).member("system", words).endObject();
    writer.endArray().member("text", words).endObject();
    writer.key("expression").beginArray().string(words).endArray();
    writer.key("location").beginArray().string(words).endArray();
    writer.endObject().endArray();

    CHECK(summary(writer.take()) == "error unknown");
}

TEST_CASE("operation outcome: the summary stops after five issues", "[fhir]") {
    std::string issues = R"([{"severity":"error","code":"value"})";
    for (int i = 0; i < 5000; ++i) issues += R"(,{"severity":"error","code":"value"})";

    CHECK(summary(issues + "]") ==
          "error value; error value; error value; error value; error value; and 4996 more");
    CHECK(summary("[]").empty());
}

TEST_CASE("operation outcome: one of ours is written exactly so", "[fhir]") {
    CHECK(OperationOutcome::oneIssue("error", "not-found", "No such \"thing\"") ==
          R"({"resourceType":"OperationOutcome","issue":[{"severity":"error",)"
          R"("code":"not-found","diagnostics":"No such \"thing\""}]})");
    CHECK(read<OperationOutcome>(OperationOutcome::oneIssue("fatal", "exception", ""))
              .issue.at(0)
              .severity == "fatal");
}

TEST_CASE("operation outcome: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<OperationOutcome>(kMinimal);
}

TEST_CASE("operation outcome: an element of the wrong type is named by its path", "[fhir]") {
    test::checkWrongTypes<OperationOutcome>(
        kMinimal, {{R"("issue":{})", "/issue"},
                   {R"("issue":[null])", "/issue/0"},
                   {R"("issue":[{"severity":1}])", "/issue/0/severity"},
                   {R"("issue":[{"code":{}}])", "/issue/0/code"},
                   {R"("issue":[{"details":"x"}])", "/issue/0/details"},
                   {R"("issue":[{"diagnostics":1}])", "/issue/0/diagnostics"},
                   {R"("issue":[{"expression":"x"}])", "/issue/0/expression"},
                   {R"("issue":[{"location":[{}]}])", "/issue/0/location/0"}});
}

}  // namespace operation_outcome_test
