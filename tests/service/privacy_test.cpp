// No patient data in logs, addresses or error bodies (DESIGN, section 9): a whole day of the
// service with everything that was said and shown, then a search for any of it.
#include <algorithm>

#include "tests/service/service_fixture.h"

namespace privacy_test {

using test::at;
using test::eventually;
using test::form;
using test::has;
using test::ServiceFixture;

namespace {

constexpr const char* kWords = "Zinnober unter dem Apfelbaum";

/// Runs what a day brings; returns the bodies of every error that somebody saw.
std::string liveThroughADay(ServiceFixture& fixture, std::vector<test::Page>& pages) {
    std::string errors;
    const auto keep = [&](const test::Response& response) {
        if (response.status >= 400) errors += response.body + "\n";
    };
    fixture.readWard();
    const auto ward = pages.emplace_back(fixture.openWard());
    const auto page = pages.emplace_back(fixture.open("patient-1"));
    keep(fixture.get(ward, "/api/ward"));
    keep(fixture.get(page, "/api/patient"));
    const auto post = [&](const std::string& body) {
        keep(fixture.post(page, "/api/patient/statements", body));
    };
    auto told = form(kWords, R"(,"byName":"Zenobia Quastenflosser","note":"Notizenwort")");
    const std::string speaker = "\"by\":\"patient\"";
    told.replace(told.find(speaker), speaker.size(), "\"by\":\"related-person\"");
    post(told);
    eventually([&] { return has(fixture.log(), "outbox-delivered"); });
    post(form(std::string(kWords) + " und anders"));                   // a conflict
    post(form(kWords, R"(,"said":"Zinnober","method":"Zinnober")"));   // a form with faults
    post("{\"text\":\"Zinnober unter dem Apfelbaum\"");                // no JSON
    keep(fixture.post(page, "/api/contexts", R"({"key":"stay-1"})"));  // another kind of page
    keep(fixture.get("/api/patient", {{"Cookie", page.cookie}}));      // half a session
    keep(fixture.get("/fhir/Observation?patient=patient-1&text=Zinnober"));
    keep(fixture.get("/nothing/patient-1/Zinnober"));
    const std::string hook =
        R"({"hook":"patient-view","hookInstance":"x","context":{"userId":"Practitioner/1",)"
        R"("patientId":"patient-1"}})";
    keep(fixture.post("/cds-services/what-matters", hook));
    fixture.ehr.fail(test::always(test::answer(
        500,
        R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception",)"
        R"("diagnostics":"Ingrid Bjørnstad, Zinnober"}]})")));
    keep(fixture.post("/cds-services/what-matters", hook));
    post(form(std::string(kWords) + " bleibt", {}, "55ac6f52-0c7e-4f1c-9d55-7f4f3f9f2a10"));
    eventually([&] { return has(fixture.log(), "outbox-retry"); });
    keep(fixture.get(page, "/api/patient"));
    keep(fixture.get(pages.emplace_back(fixture.open("patient-77")), "/api/patient"));
    return errors;
}

}  // namespace

TEST_CASE("privacy: no name, word, token or patient id is in a log line or an error", "[service]") {
    ServiceFixture fixture;
    std::vector<test::Page> pages;

    const auto errors = liveThroughADay(fixture, pages);

    const auto log = fixture.log();
    REQUIRE(has(log, "\"request\""));
    REQUIRE(has(log, "outbox-delivered"));
    REQUIRE(has(log, "outbox-retry"));
    REQUIRE(has(log, "unit read"));
    REQUIRE(std::count(errors.begin(), errors.end(), '\n') >= 8);
    std::vector<std::string> secrets{"Zinnober",    "Apfelbaum",  "Zenobia",   "Quastenflosser",
                                     "Notizenwort", "Ingrid",     "Bjørnstad", "Jeg vil",
                                     "patient-1",   "patient-77", "stay-1",    "link="};
    for (const auto& page : pages) {
        REQUIRE(page.context.size() > 20);
        secrets.push_back(page.context);
        secrets.push_back(page.cookie.substr(page.cookie.find('=') + 1));
    }
    for (const auto& secret : secrets) {
        INFO(secret);
        CHECK_FALSE(has(log, secret));
        CHECK_FALSE(has(errors, secret));
    }
}

TEST_CASE("privacy: every log line is JSON with a time, a level and an event", "[service]") {
    ServiceFixture fixture;
    std::vector<test::Page> pages;
    liveThroughADay(fixture, pages);

    const auto log = fixture.log();
    for (std::size_t start = 0; start < log.size();) {
        const auto end = log.find('\n', start);
        const auto line = log.substr(start, end - start);
        start = end + 1;
        INFO(line);
        CHECK(at(line, "/time") != "");
        CHECK(at(line, "/level") != "");
        CHECK(at(line, "/event") != "");
    }
}

}  // namespace privacy_test
