// What a search says beside what it finds: remarks, and what cannot be read.
#include "fhir/base/log.h"
#include "fhir/client/client.h"
#include "tests/fhir/client/client_fixture.h"
#include "tests/support/fake_transport.h"

namespace search_test {

using Catch::Matchers::Contains;
using fhir::Client;
using namespace test;

TEST_CASE("client: what the server remarks is in the log, and an issue only where it is an error",
          "[fhir]") {
    const auto [severity, isIssue] = GENERATE(table<std::string, bool>({
        {R"("information")", false},
        {R"("warning")", false},
        {R"("error")", true},
        {R"("fatal")", true},
        {"7", true},
    }));
    INFO(severity);
    const auto outcomeEntry =
        R"({"resource":{"resourceType":"OperationOutcome","issue":[{"severity":)" + severity +
        R"(,"code":"suppressed","diagnostics":"hidden for Ama Test"}]},
         "search":{"mode":"outcome"}},)";
    FakeTransport transport;
    transport.then(reply(200, R"({"resourceType":"Bundle","type":"searchset","entry":[
        {"resource":{"resourceType":"Patient","id":"a"},"search":{"mode":"match"}},)" +
                                  outcomeEntry + outcomeEntry + R"(
        {"resource":{"resourceType":"Location","id":"x"},"search":{"mode":"include"}}]})"));
    std::vector<std::string> lines;
    fhir::log::redirect([&](const std::string& line) { lines.push_back(line); });
    std::string seen;

    const auto outcome =
        Client(transport, optionsFor()).search("Patient", {}, [&](const fhir::BundleEntry& entry) {
            seen += entry.mode + ":" + entry.id + " ";
        });

    fhir::log::redirect(nullptr);

    CHECK(seen == "match:a include:x ");
    CHECK(outcome.issues.empty() == !isIssue);
    CHECK(outcome.remarks.size() == (isIssue ? 0 : 1));
    CHECK(lines.size() == (isIssue ? 0 : 1));
    for (const auto& line : lines) CHECK_THAT(line, Contains("suppressed") && !Contains("Ama"));
}

TEST_CASE("client: one entry that cannot be read is an issue and the rest is given", "[fhir]") {
    const auto [bad, path, text] = GENERATE(table<std::string, std::string, std::string>({
        {R"({"resourceType":"Patient","id":"b","implicitRules":"http://x.example"})",
         "/entry/1/resource/implicitRules",
         "Patient/b cannot be read: implicitRules names rules that this software does not know, "
         "and that must be known to understand the resource"},
        {R"("Ama Test")", "/entry/1/resource",
         "page 1, entry 1 cannot be read: /entry/1/resource must be an object, not text"},
        {R"({"resourceType":"Patient","id":"b"},"fullUrl":7)", "/entry/1/fullUrl",
         "page 1 cannot be read at /entry/1/fullUrl: must be text, not a number"},
    }));
    FakeTransport transport;
    transport.then(reply(200, page("?page=2", {patient("a"), bad, patient("c")})))
        .then(reply(200, page("", {patient("d")})));
    Found found;

    const auto outcome = Client(transport, optionsFor()).search("Patient", {}, std::ref(found));

    CHECK(found.ids == "a c d ");
    REQUIRE(outcome.issues.size() == 1);
    CHECK(outcome.issues[0].path == path);
    CHECK(outcome.issues[0].text == text);
}

TEST_CASE("client: an element that cannot be read costs itself, with a line", "[fhir]") {
    FakeTransport transport;
    transport.then(
        reply(200, page("", {R"({"resourceType":"Patient","id":"a","name":"Ama Test","gender":7,)"
                             R"("meta":{"versionId":7}})",
                             patient("b")})));
    Found found;

    const auto outcome = Client(transport, optionsFor()).search("Patient", {}, std::ref(found));

    CHECK(found.ids == "a b ");
    REQUIRE(outcome.issues.size() == 2);
    CHECK(outcome.issues[0].text == "Patient/a: name must be a list, not text");
    CHECK(outcome.issues[1].text == "Patient/a: gender must be text, not a number");
    for (const auto& issue : outcome.issues) {
        CHECK(issue.path.empty());
        CHECK(issue.resource == "Patient/a");
        CHECK(issue.patient == "a");
    }
}

}  // namespace search_test
