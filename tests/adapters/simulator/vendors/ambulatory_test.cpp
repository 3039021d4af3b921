// Facts: vendor facts, sections 4 (athenahealth), 8 (eClinicalWorks) and 9 (NextGen).
#include "tests/adapters/simulator/vendor.h"

namespace ambulatory_test {

using test::Vendor;

namespace {

const fhir::Headers kPractice{{"ah-practice", "Organization/a-1.Practice-195900"}};
const std::string kPracticeQuery = "&ah-practice=Organization%2Fa-1.Practice-195900";

}  // namespace

TEST_CASE("athenahealth, 4: without the practice nothing is answered", "[simulator][vendors]") {
    Vendor athena("athenahealth");
    const auto target = "/Encounter?patient=" + athena.patient();

    const auto refused = athena.get(target);

    CHECK(refused.status == 400);
    CHECK(refused.body == R"({"details":"Could not determine what practice the request is for."})");
    CHECK(athena.get(target, kPractice).status == 200);
    CHECK(athena.get(target + kPracticeQuery).status == 200);
    CHECK(athena.get(target + "&ah-practice=Organization/a-1.Practice-1").status == 400);
}

TEST_CASE("athenahealth, 4: encounters need a patient or an id, and say so fatally",
          "[simulator][vendors]") {
    Vendor athena("athenahealth");

    const auto refused = athena.get("/Encounter?location=" + athena.ward.location, kPractice);

    CHECK(refused.status == 403);
    CHECK(refused.body.find(R"("severity":"fatal","code":"forbidden")") != std::string::npos);
    CHECK(refused.body.find("required parameter combinations [[patient], [_id]]") !=
          std::string::npos);
    CHECK(athena.get("/Appointment?date=2026-03-10&location=" + athena.ward.location, kPractice)
              .status == 403);
}

TEST_CASE("athenahealth, 4: ids name the practice and have dots; pages have a cursor",
          "[simulator][vendors]") {
    Vendor athena("athenahealth");

    CHECK_THAT(athena.patient(), Catch::StartsWith("Patient/a-195900.E-"));
    CHECK_THAT(athena.ward.location, Catch::StartsWith("Location/a-195900.Department-"));
    const auto next =
        athena.next("/Observation?patient=" + athena.patient() + "&_count=1" + kPracticeQuery);
    CHECK(next.find("cursor=") != std::string::npos);
    CHECK(athena.search(next).entry.size() == 1);  // verbatim: the practice is in it
}

TEST_CASE("athenahealth, 4: answers can be created, observations and flags not",
          "[simulator][vendors]") {
    Vendor athena("athenahealth");

    CHECK(athena.post("/QuestionnaireResponse", test::answers(athena), kPractice).status == 201);
    CHECK(athena.post("/Observation", "{}", kPractice).status == 405);
    CHECK(athena.get("/Flag?_id=x", kPractice).status == 404);
}

TEST_CASE("eclinicalworks, 8: 250 requests a minute of the clock, and no word about how long",
          "[simulator][vendors]") {
    auto given = Vendor::withVendor("eclinicalworks", 1);
    fhir::Instant now = test::kNow + std::chrono::seconds(45);
    given.clock.now = [&] { return now; };
    adapters::simulator::Simulator ecw(given);
    for (int i = 0; i < 250; ++i) REQUIRE(test::get(ecw, "/metadata").status == 200);

    const auto refused = test::get(ecw, "/metadata");
    now += std::chrono::seconds(14);
    const auto still = test::get(ecw, "/metadata");
    now += std::chrono::seconds(1);

    CHECK(refused.status == 429);
    CHECK_FALSE(refused.headers.find("Retry-After"));
    CHECK(still.status == 429);
    CHECK(test::get(ecw, "/metadata").status == 200);  // the minute began
}

TEST_CASE("eclinicalworks, 8: reads refuse with an OperationOutcome, writes with a number",
          "[simulator][vendors]") {
    Vendor ecw("eclinicalworks");

    CHECK(ecw.get("/Patient/nobody").body.find("OperationOutcome") != std::string::npos);
    const auto refused = ecw.post("/QuestionnaireResponse", "{}");
    CHECK(refused.status == 400);
    CHECK_THAT(refused.body, Catch::StartsWith(R"({"status":1400,)"));
    CHECK(ecw.post("/QuestionnaireResponse", test::answers(ecw)).status == 201);
    CHECK(ecw.post("/Observation", "{}").status == 405);
    CHECK(ecw.get("/" + ecw.patient()).headers.find("Content-Type") == "application/json+fhir");
}

TEST_CASE("eclinicalworks, 8: encounters of a patient only; a second export is refused",
          "[simulator][vendors]") {
    Vendor ecw("eclinicalworks");
    const fhir::Headers async{{"Prefer", "respond-async"}};

    CHECK(ecw.get("/Encounter?location=" + ecw.ward.location).status == 400);
    CHECK(ecw.get("/Encounter?patient=" + ecw.patient()).status == 200);
    CHECK(ecw.get("/" + ecw.ward.group + "/$export", async).status == 202);
    CHECK(ecw.get("/" + ecw.ward.group + "/$export", async).status == 429);
}

TEST_CASE("nextgen, 9: it is read only, and pages are asked for by _maxresults",
          "[simulator][vendors]") {
    Vendor nextgen("nextgen");
    const auto target = "/Observation?patient=" + nextgen.patient();

    CHECK(nextgen.search(target + "&_maxresults=1").entry.size() == 1);
    CHECK(nextgen.get(target + "&_count=1").status == 400);
    for (const char* type : {"Encounter", "Observation", "DocumentReference"})
        CHECK_FALSE(nextgen.offers(type, "create"));
    for (const char* type : {"Flag", "List", "Appointment", "Communication", "Group"})
        CHECK(nextgen.get(std::string("/") + type + "?_id=x").status == 404);
    CHECK(nextgen.get("/metadata").body.find("\"versioning\":\"no-version\"") != std::string::npos);
    CHECK(nextgen.get(target, {{"Accept", "application/json"}}).status == 406);
}

}  // namespace ambulatory_test
