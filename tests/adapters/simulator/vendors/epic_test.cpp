// Facts: vendor facts, section 1; each case names its subsection.
#include "tests/adapters/simulator/vendor.h"

namespace epic_test {

using test::changed;
using test::observation;
using test::Vendor;

TEST_CASE("epic, 1.2: encounters need a patient, and the rest is dropped in silence",
          "[simulator][vendors]") {
    Vendor epic("epic");

    for (const char* query : {"status=in-progress", "class=IMP", "_count=10", ""})
        CHECK(epic.get(std::string("/Encounter?") + query).status == 400);
    const auto all = epic.search("/Encounter?patient=" + epic.patient()).entry.size();
    for (const char* query : {"&status=cancelled", "&location=Location/none", "&nonsense=1"})
        CHECK(epic.search("/Encounter?patient=" + epic.patient() + query).entry.size() == all);
    CHECK(epic.offers("Encounter", "search-type"));
    CHECK_FALSE(epic.offers("Encounter", "create"));
}

TEST_CASE("epic, 1.2: a patient list names the patients of the ward", "[simulator][vendors]") {
    Vendor epic("epic");

    const auto bundle = epic.search("/List?code=patients&identifier=" + epic.ward.list);

    REQUIRE(!bundle.entry.empty());
    CHECK(bundle.entry[0].resourceType == "List");
    CHECK(bundle.entry[0].resource.findArray("entry").begin() !=
          bundle.entry[0].resource.findArray("entry").end());
    const auto item = (*bundle.entry[0].resource.findArray("entry").begin()).at("item");
    CHECK(item.at("reference").text() == epic.patient());
}

TEST_CASE("epic, 1.2: classes are local, the label is in type", "[simulator][vendors]") {
    Vendor epic("epic");

    const auto encounter = epic.read("/" + epic.encounter());

    CHECK(encounter.root().at("class").at("code").text() == "13");
    CHECK_THAT(encounter.root().at("class").at("system").string(), Catch::StartsWith("urn:oid:"));
    CHECK((*encounter.root().at("type").array().begin()).at("text").text() == "Hospital Encounter");
}

TEST_CASE(
    "epic, 1.2: next has a session and no parameters, total is that of the page, and an "
    "outcome is among the entries",
    "[simulator][vendors]") {
    Vendor epic("epic");
    const std::string target =
        "/Observation?patient=" + epic.patient() + "&category=care-experience-preference";

    const auto counted = epic.search(target + "&_count=2");
    const auto next = epic.next(target + "&_count=2");

    CHECK(next.starts_with("/Observation?sessionID=16-"));
    CHECK(next.find("patient") == std::string::npos);
    CHECK(counted.entry.size() == 3);
    CHECK(counted.entry.back().mode == "outcome");
    CHECK(epic.read(target + "&_count=2").root().at("total").integer() == 2);
    CHECK(epic.read(target).root().at("total").integer() == 3);
    CHECK(epic.search(next).entry.size() == 2);
    CHECK(epic.search(target + "&date=lt2001-01-01").entry.at(0).mode == "outcome");
}

TEST_CASE("epic, 1.2: only groups can be exported, and elsewhere stands HTML",
          "[simulator][vendors]") {
    Vendor epic("epic");
    const fhir::Headers async{{"Prefer", "respond-async"}};

    CHECK(epic.get("/" + epic.ward.group + "/$export", async).status == 202);
    CHECK(epic.get("/$export", async).status == 404);
}

TEST_CASE("epic, 1.3: a row of a flowsheet can be filed", "[simulator][vendors]") {
    Vendor epic("epic");
    const auto encounter = epic.encounter();
    const auto good = observation(epic, encounter, epic.ward.row, "vital-signs");

    const auto response = epic.post("/Observation", good, {{"If-None-Exist", "identifier=x|y"}});

    CHECK(response.status == 201);
    CHECK(response.body.empty());  // 1.3: an empty body, the resource is at Location
    CHECK_FALSE(response.headers.find("ETag"));
    const auto location = response.headers.find("Location").value_or("");
    const auto stored = epic.read("/" + location);
    CHECK(stored.root().at("valueString").text() == "The sea.");
    CHECK(stored.root().at("effectiveDateTime").text() == "2026-03-10T08:30:00Z");
    CHECK(stored.root().at("code").at("coding").size() == 2);  // a local coding came
    CHECK_FALSE(stored.root().find("meta"));
    CHECK(epic.post("/Observation", good).status == 201);  // no conditional create: a double
    CHECK(epic.simulator.writes().at(0).created == 2);
}

TEST_CASE("epic, 1.3: what cannot be filed is refused", "[simulator][vendors]") {
    Vendor epic("epic");
    const auto encounter = epic.encounter();
    const auto good = observation(epic, encounter, epic.ward.row, "vital-signs");
    const auto closed = [&] {
        for (const auto& patient : epic.ward.patients)
            for (const auto& entry : epic.search("/Encounter?patient=" + patient).entry)
                if (entry.resource.findString("status") == "finished") return entry.id;
        return std::string();
    }();
    REQUIRE(!closed.empty());
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"vital-signs", "survey"},
             {"\"final\"", "\"amended\""},
             {test::coding(epic.ward.row), R"({"system":"http://loinc.org","code":"95541-9"})"},
             {R"(,"encounter":{"reference":")" + encounter + "\"}", ""},
             {R"("effectiveDateTime":"2026-03-10T09:30:00+01:00",)", ""},
             {R"(,"valueString":"The sea.")", ""},
             {encounter, "Encounter/" + closed}}) {
        const auto response = epic.post("/Observation", changed(good, from, to));
        INFO(to << " " << response.body);
        CHECK(response.status == 400);
        CHECK(response.body.find("59") != std::string::npos);  // 1.6: its own codes
    }
    CHECK(epic.simulator.writes().empty());
}

TEST_CASE("epic, 1.3: observations need a category or a code, and one patient",
          "[simulator][vendors]") {
    Vendor epic("epic");

    const auto response = epic.get("/Observation?patient=" + epic.patient());

    CHECK(response.status == 400);
    CHECK(response.body.find("\"code\":\"required\"") != std::string::npos);
    CHECK(epic.get("/Observation?code=95541-9&patient=" + epic.patient() + "," +
                   epic.ward.patients.at(1))
              .status == 400);
    const auto unknown = epic.get("/Observation?code=95541-9&patient=" + epic.patient() + "&x=y");
    CHECK(unknown.status == 400);  // 1.2
    CHECK(unknown.body.find("\"severity\":\"information\"") != std::string::npos);
}

TEST_CASE("epic, 1.3: documents and answers can be created, messages about people not",
          "[simulator][vendors]") {
    Vendor epic("epic");
    const auto encounter = epic.encounter();

    CHECK(epic.post("/DocumentReference", test::document(epic, encounter)).status == 201);
    CHECK(epic.post("/QuestionnaireResponse", test::answers(epic)).status == 201);
    CHECK(epic.post("/Communication", R"({"resourceType":"Communication","status":"completed"})")
              .status == 400);
}

TEST_CASE("epic, 1.4: no Flag and no Task can be created", "[simulator][vendors]") {
    Vendor epic("epic");

    CHECK_FALSE(epic.offers("Flag", "create"));
    CHECK_FALSE(epic.offers("Task", "create"));
    CHECK(epic.offers("Flag", "search-type"));
    CHECK(epic.post("/Flag", "{}").status == 405);
}

TEST_CASE("epic, 1.6: without JSON in Accept comes XML, at unknown paths HTML",
          "[simulator][vendors]") {
    Vendor epic("epic");
    for (const fhir::Headers& headers :
         {fhir::Headers{}, {{"Accept", "*/*"}}, {{"Accept", "text/plain"}}}) {
        const auto response = test::ask(epic.simulator, "GET", "/" + epic.patient(), {}, headers);
        CHECK(response.status == 200);
        CHECK_THAT(response.body, Catch::StartsWith("<Patient xmlns=\"http://hl7.org/fhir\">"));
    }
    for (const char* path : {"/Medication", "/CarePlan/1", "/Patient/a/b/c"}) {
        const auto response = epic.get(path);
        CHECK(response.status == 404);
        CHECK(response.headers.find("Content-Type") == "text/html");
    }
    CHECK(epic.get("/Patient/nobody").body.find("59008") != std::string::npos);
}

TEST_CASE("epic, 1.6: ids are long, have dots and dashes, and mind their case",
          "[simulator][vendors]") {
    Vendor epic("epic");
    const auto encounter = epic.encounter();

    CHECK(encounter.size() == std::string("Encounter/").size() + 64);
    std::string all;
    for (const auto& patient : epic.ward.patients) all += patient;
    CHECK(all.find('.') != std::string::npos);
    CHECK(all.find('-') != std::string::npos);
    auto other = encounter;
    other[other.size() - 1] = static_cast<char>(other.back() ^ 0x20);
    CHECK(epic.get("/" + other).status == 404);
}

TEST_CASE("epic, 1.1: a bad bearer is answered with the JSON text \"\"", "[simulator][vendors]") {
    auto given = Vendor::withVendor("epic", 1);
    given.faults = {adapters::simulator::Fault::parse("token-expired:1")};
    adapters::simulator::Simulator epic(given);

    const auto response = test::get(epic, "/metadata");

    CHECK(response.status == 401);
    CHECK(response.body == "\"\"");
    CHECK(response.headers.find("WWW-Authenticate") == "Bearer error=\"invalid_token\"");
}

}  // namespace epic_test
