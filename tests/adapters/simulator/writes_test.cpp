#include "adapters/simulator/writes.h"

#include "tests/adapters/simulator/requests.h"

namespace writes_test {

using adapters::simulator::Simulator;
using adapters::simulator::Writes;
using fhir::json::Document;

namespace {

std::string flag(const std::string& identifier) {
    return R"({"resourceType":"Flag",)" + identifier + R"("status":"active","code":{"text":"x"},
        "subject":{"reference":"Organization/ward-7-team"}})";
}

}  // namespace

TEST_CASE("writes: what was accepted is counted by identifier, and what was refused is not",
          "[simulator]") {
    Simulator simulator(test::options(1));
    const auto one = flag(R"("identifier":[{"system":"urn:x","value":"1"},{"value":"2"}],)");

    test::ask(simulator, "POST", "/Flag", one);
    test::ask(simulator, "POST", "/Flag", one);
    test::ask(simulator, "POST", "/Flag", one, {{"If-None-Exist", "identifier=urn:x%7C1"}});
    test::ask(simulator, "POST", "/Flag", flag(""));
    test::ask(simulator, "POST", "/Flag", R"({"resourceType":"Flag"})");

    const auto writes = simulator.writes();
    REQUIRE(writes.size() == 2);
    CHECK(writes[0].identifier == "");
    CHECK(writes[0].created == 1);
    CHECK(writes[1].type == "Flag");
    CHECK(writes[1].identifier == "urn:x|1");
    CHECK(writes[1].created == 2);
    CHECK(writes[1].where == std::vector<std::string>{"Flag/1001", "Flag/1002"});
}

TEST_CASE("writes: the record stands beside the FHIR base and meets no fault", "[simulator]") {
    auto given = test::options(1);
    given.faults = {adapters::simulator::Fault::parse("reply-lost:1")};
    Simulator simulator(given);
    test::thrown([&] { test::ask(simulator, "POST", "/Flag", flag("")); });

    const auto response = simulator.send(
        {"GET", fhir::Url::parse("http://ehr.example/simulator/writes"), {}, {}}, {});

    CHECK(response.status == 200);
    CHECK(response.body == R"({"total":1,"writes":[{"type":"Flag","created":1,"updated":0,)"
                           R"("removed":0,"where":["Flag/1001"]}]})");
}

TEST_CASE("writes: every form of identifier is understood", "[simulator]") {
    const auto [body, identifier] = GENERATE(table<std::string, std::string>({
        {R"({})", ""},
        {R"({"identifier":[]})", ""},
        {R"({"identifier":"x"})", ""},
        {R"({"identifier":{"system":"urn:x","value":"1"}})", "urn:x|1"},
        {R"({"identifier":[{"value":"1"}]})", "|1"},
    }));
    Writes writes;
    const auto document = Document::parse(body);

    writes.created("QuestionnaireResponse", document.root(), "QuestionnaireResponse/1");
    writes.updated("QuestionnaireResponse", document.root(), "QuestionnaireResponse/1");

    REQUIRE(writes.all().size() == 1);
    CHECK(writes.all()[0].identifier == identifier);
    CHECK(writes.all()[0].created == 1);
    CHECK(writes.all()[0].updated == 1);
}

}  // namespace writes_test
