// A strict client of CDS Hooks 2.0: every message, both ways, is held against its shape. Rows of
// the requirement list that a case proves are named in tests/plugin/cds/requirements.csv.
#include <array>

#include "plugin/cds/cds_table.h"
#include "tests/service/service_fixture.h"
#include "tests/support/cds_shape.h"

namespace cds_conformance_test {

using test::answerFaults;
using test::at;
using test::callFaults;
using test::discoveryFaults;
using test::form;
using test::has;
using test::lines;
using test::ServiceFixture;
using test::sizeAt;

namespace {

struct Service {
    const char* id;
    const char* hook;
};
constexpr std::array<Service, 3> kServices{{{"what-matters", "patient-view"},
                                            {"what-matters-admission", "encounter-start"},
                                            {"what-matters-discharge", "encounter-discharge"}}};

/// A call as the specification wants it.
std::string call(const Service& service, const std::string& patient, const std::string& encounter,
                 const std::string& prefetch) {
    auto json = R"({"hook":")" + std::string(service.hook) +
                R"(","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)" +
                R"("context":{"userId":"Practitioner/1","patientId":")" + patient + "\"";
    if (!encounter.empty()) json += R"(,"encounterId":")" + encounter + "\"";
    json += "}";
    if (!prefetch.empty()) json += R"(,"prefetch":)" + prefetch;
    return json + "}";
}

/// What a strict client gets: sends only what is right, and takes only what is.
std::string ask(ServiceFixture& fixture, const Service& service, const std::string& patient,
                const std::string& encounter = {}, const std::string& prefetch = {}) {
    const auto request = call(service, patient, encounter, prefetch);
    INFO(request);
    CHECK(lines(callFaults(request)) == "");
    const auto response = fixture.post("/cds-services/" + std::string(service.id), request);
    INFO(response.body);
    REQUIRE(response.status == 200);
    CHECK(response.headers.find("Content-Type") == "application/json");
    CHECK(lines(answerFaults(response.body)) == "");
    return response.body;
}

std::string report(const std::string& card, const std::string& outcome,
                   const std::string& more = {}) {
    return R"({"card":")" + card + R"(","outcome":")" + outcome +
           R"(","outcomeTimestamp":"2026-03-07T08:15:00Z")" + more + "}";
}

test::Response tell(ServiceFixture& fixture, const Service& service, const std::string& reports) {
    const auto body = R"({"feedback":[)" + reports + "]}";
    INFO(body);
    CHECK(lines(test::feedbackFaults(body)) == "");
    return fixture.post("/cds-services/" + std::string(service.id) + "/feedback", body);
}

}  // namespace

TEST_CASE("cds conformance: the strict client refuses what is wrong", "[service]") {
    const std::string card = R"("summary":"x","indicator":"info","source":{"label":"y"})";
    const auto bad = GENERATE_COPY(
        std::string(R"({})"), std::string(R"({"cards":null})"), std::string(R"({"cards":[{}]})"),
        "{\"cards\":[{" + card + R"(,"detail":""}]})", "{\"cards\":[{" + card + R"(,"links":[]}]})",
        "{\"cards\":[{" + card + R"(,"detail":null}]})",
        "{\"cards\":[{" + card + R"(,"colour":"red"}]})",
        "{\"cards\":[{" + card + R"(,"selectionBehavior":"any"}]})",
        "{\"cards\":[{" + card + R"(,"uuid":"7"}]})",
        "{\"cards\":[{" + card + R"(,"overrideReasons":[{"code":"a","system":"b"}]}]})",
        "{\"cards\":[{" + card + R"(,"links":[{"label":"a","url":"b","type":"smart"}]}]})",
        "{\"cards\":[{" + card +
            R"(,"links":[{"label":"a","url":"https://b","type":"absolute","appContext":"c"}]}]})",
        std::string(R"({"cards":[{"summary":"x","indicator":"hard","source":{"label":"y"}}]})"),
        std::string(R"({"cards":[{"summary":"x","indicator":"info","source":{}}]})"),
        R"({"cards":[{"summary":")" + std::string(140, 'x') +
            R"(","indicator":"info","source":{"label":"y"}}]})");

    INFO(bad);
    CHECK_FALSE(answerFaults(bad).empty());
    CHECK(lines(answerFaults("{\"cards\":[{" + card + "}]}")) == "");
    CHECK_FALSE(discoveryFaults(R"({"services":[{"hook":"x","id":"y"}]})").empty());
    CHECK_FALSE(discoveryFaults(R"({"services":[{"hook":"x","id":"y","description":"z",)"
                                R"("prefetch":{"a":"Patient/{{context.a.b}}"}}]})")
                    .empty());
}

TEST_CASE("cds conformance: discovery", "[service]") {
    ServiceFixture fixture;

    const auto response = fixture.get("/cds-services");

    REQUIRE(response.status == 200);
    CHECK(response.headers.find("Content-Type") == "application/json");
    CHECK(lines(discoveryFaults(response.body)) == "");
    REQUIRE(sizeAt(response.body, "/services") == kServices.size());
    for (std::size_t i = 0; i < kServices.size(); ++i) {
        const auto place = "/services/" + std::to_string(i);
        CHECK(at(response.body, place + "/id") == kServices.at(i).id);
        CHECK(at(response.body, place + "/hook") == kServices.at(i).hook);
        CHECK(at(response.body, place + "/title") != "");
        CHECK(at(response.body, place + "/usageRequirements") != "");
        CHECK(at(response.body, place + "/prefetch/patient") == "Patient/{{context.patientId}}");
    }
}

TEST_CASE("cds conformance: every answer of every service has the shape, for a whole ward",
          "[service]") {
    ServiceFixture fixture({.patients = 24});
    fixture.readWard();
    const auto service = GENERATE(from_range(kServices));
    int cards = 0;
    for (int i = 1; i <= 24; ++i) {
        const auto number = std::to_string(i);
        const auto body = ask(fixture, service, "patient-" + number, "stay-" + number);
        REQUIRE(sizeAt(body, "/cards") <= 1);
        if (sizeAt(body, "/cards") == 0) continue;
        ++cards;
        CHECK(at(body, "/cards/0/indicator") == "info");
        CHECK(at(body, "/cards/0/links/0/type") == "smart");
        CHECK(has(at(body, "/cards/0/links/0/url"), "/launch"));
        CHECK(at(body, "/cards/0/links/0/appContext") != "");
        CHECK(sizeAt(body, "/cards/0/overrideReasons") > 2);
    }
    CHECK(cards > 5);
}

TEST_CASE("cds conformance: nothing to say is an empty array", "[service]") {
    ServiceFixture fixture;

    CHECK(ask(fixture, kServices[0], "patient-1", "",
              R"({"patient":null,"encounter":null,"statements":null})") == R"({"cards":[]})");
}

TEST_CASE("cds conformance: an unknown service is not found", "[service]") {
    ServiceFixture fixture;

    CHECK(fixture.post("/cds-services/other", call(kServices[0], "patient-1", "", "")).status ==
          404);
    CHECK(fixture.post("/cds-services/other/feedback", R"({"feedback":[]})").status == 404);
}

TEST_CASE("cds: the nudge comes once for a clinician and a stay, over every hook", "[service]") {
    ServiceFixture fixture;
    const std::string prefetch = R"({"patient":null,"encounter":null,"statements":null})";
    const auto& admission = kServices[1];

    // A machine that is too busy to put the question on record in time does not ask it: then the
    // next stay is taken.
    int number = 0;
    std::string stay, first;
    const auto isAsked = [&] {
        stay = "stay-" + std::to_string(++number);
        first = ask(fixture, admission, "patient-1", stay, prefetch);
        return sizeAt(first, "/cards") == 1;
    };
    REQUIRE(test::eventually(isAsked));
    const auto [asked, card] = std::pair(stay, first);
    const auto again = ask(fixture, admission, "patient-1", asked, prefetch);
    const bool isOtherAsked = test::eventually(isAsked);
    fixture.restart();
    const auto later = ask(fixture, admission, "patient-1", asked, prefetch);

    CHECK(isOtherAsked);
    CHECK(has(at(card, "/cards/0/summary"), "Nobody has written down yet"));
    CHECK(at(at(card, "/cards/0/links/0/appContext"), "/step") == "ask");
    CHECK(sizeAt(again, "/cards") == 0);
    CHECK(sizeAt(later, "/cards") == 0);
}

TEST_CASE("cds: nobody is asked to ask a person who has died", "[service]") {
    ServiceFixture fixture;
    const std::string prefetch =
        R"({"patient":{"resourceType":"Patient","id":"patient-1","deceasedBoolean":true},)"
        R"("encounter":null,"statements":null})";

    CHECK(sizeAt(ask(fixture, kServices[1], "patient-1", "stay-1", prefetch), "/cards") == 0);
}

TEST_CASE("cds feedback: an override keeps the nudge quiet for that clinician and stay",
          "[service]") {
    ServiceFixture fixture;
    const auto page = fixture.open("patient-1");
    // Said today in this stay: a card without a nudge.
    REQUIRE(fixture.post(page, "/api/patient/statements", form("I want to go home.")).status ==
            201);
    const auto calm = [](const std::string& start) {
        return R"({"patient":null,"statements":null,"encounter":{"resourceType":"Encounter",)"
               R"("id":"stay-1","status":"in-progress","class":{"code":"IMP"},)"
               R"("subject":{"reference":"Patient/patient-1"},"period":{"start":")" +
               start + "\"}}}";
    };
    const auto card =
        at(ask(fixture, kServices[0], "patient-1", "stay-1", calm("2020-01-01T08:00:00Z")),
           "/cards/0/uuid");
    REQUIRE(card != "");
    const auto reason = R"(,"overrideReason":{"reason":{"code":"not-now","system":")" +
                        std::string("https://whatmatters.example/fhir/CodeSystem/override-reason") +
                        R"("},"userComment":"Zinnober"})";

    const auto told = tell(fixture, kServices[0], report(card, "overridden", reason));
    // A move to another ward since would be a reason to ask, but for that.
    const auto moved =
        ask(fixture, kServices[0], "patient-1", "stay-1", calm("2062-01-01T08:00:00Z"));

    REQUIRE(told.status == 200);
    CHECK(at(told.body, "/recorded") == "1");
    REQUIRE(sizeAt(moved, "/cards") == 1);
    CHECK_FALSE(has(at(moved, "/cards/0/detail"), "Is there a moment"));
    CHECK_FALSE(has(fixture.log(), "Zinnober"));
}

TEST_CASE("cds feedback: repeats and batches count once, unknown cards not at all", "[service]") {
    ServiceFixture fixture;
    fixture.readWard();
    const auto card = at(ask(fixture, kServices[0], "patient-1", "stay-1"), "/cards/0/uuid");
    const auto batch = report(card, "overridden") + "," + report(card, "overridden") + "," +
                       report("4ee04c70-0c7e-4f1c-9d55-7f4f3f9f2a10", "overridden") + "," +
                       report("never a card", "accepted");

    const auto first = tell(fixture, kServices[0], batch);
    const auto again = tell(fixture, kServices[0], batch);
    const auto elsewhere = tell(fixture, kServices[1], report(card, "overridden"));

    CHECK(first.status == 200);
    CHECK(at(first.body, "/recorded") == "2");
    CHECK(at(first.body, "/unknown") == "2");
    CHECK(again.body == first.body);
    CHECK(at(elsewhere.body, "/unknown") == "1");
    plugin::store::Database database(fixture.storeFile());
    std::int64_t overridden = 0;
    const plugin::cds::CdsTable table(database);
    for (const auto& count : table.counts(fhir::Instant{}))
        if (count.outcome == "overridden") overridden += count.cards;
    CHECK(overridden == 1);
    const auto metrics = fixture.operations("/metrics").body;
    CHECK(has(metrics, "outcome=\"overridden\",reason=\"\",service=\"what-matters\"} 1\n"));
}

TEST_CASE("cds feedback: what is no feedback is told what is wrong", "[service]") {
    ServiceFixture fixture;

    const auto refused = fixture.post("/cds-services/what-matters/feedback",
                                      R"({"feedback":[{"card":"x","outcome":"ignored"}]})");

    CHECK(refused.status == 400);
    CHECK(at(refused.body, "/errors/0/pointer") == "/feedback/0/outcome");
}

}  // namespace cds_conformance_test
