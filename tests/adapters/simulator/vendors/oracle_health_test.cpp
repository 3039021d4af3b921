// Facts: vendor facts, section 2; each case names its subsection.
#include "tests/adapters/simulator/vendor.h"

namespace oracle_health_test {

using test::changed;
using test::observation;
using test::Vendor;

TEST_CASE("oracle, 2.2: encounters need a patient or an id, dates a prefix and a time",
          "[simulator][vendors]") {
    Vendor oracle("oracle-health");
    const auto mine = "/Encounter?patient=" + oracle.patient();

    CHECK(oracle.get("/Encounter?status=in-progress").status == 400);
    const auto bare = oracle.get("/Encounter");
    CHECK(bare.status == 400);
    CHECK(bare.body == "no supported search parameters provided");  // 2.6
    CHECK(oracle.get("/Encounter?identifier=x&_count=5").status == 400);
    const auto [query, status] = GENERATE(table<std::string, int>({
        {"", 200},
        {"&status=in-progress,planned", 200},
        {"&status=onleave", 400},
        {"&location=Location/1", 400},
        {"&class=IMP", 400},
        {"&_include=Encounter:patient", 400},
        {"&date=ge2026-03-01T00:00:00Z", 200},
        {"&date=2026-03-01T00:00:00Z", 400},
        {"&date=ge2026-03-01", 400},
        {"&date=ge2026-03-01T00:00:00Z&date=lt2026-03-09T00:00:00Z&date=gt2026-03-02T00:00:00Z",
         400},
    }));
    CAPTURE(query);
    CHECK(oracle.get(mine + query).status == status);
}

TEST_CASE("oracle, 2.2: a ward is listed by appointments, of one kind and with a date",
          "[simulator][vendors]") {
    Vendor oracle("oracle-health");
    const auto place = "location=" + oracle.ward.location;

    const auto bundle = oracle.search("/Appointment?date=2026-03-10&_count=200&" + place);

    CHECK(bundle.entry.size() == 24);
    CHECK(oracle.get("/Appointment?" + place).status == 400);
    CHECK(oracle.get("/Appointment?date=2026-03-10").status == 400);
    CHECK(oracle.get("/Appointment?date=2026-03-10&patient=" + oracle.patient() + "&" + place)
              .status == 400);
    CHECK(oracle.search("/Appointment?date=2026-03-10&_count=200&" + place + ",Location/other")
              .entry.size() == 24);
}

TEST_CASE("oracle, 2.2: places that were left are contained", "[simulator][vendors]") {
    Vendor oracle("oracle-health");
    const auto moved = oracle.ward.patients.at(2);

    const auto entry = oracle.search("/Encounter?patient=" + moved).entry.at(0);

    const auto text = entry.resource.toJson();
    CHECK(text.find("\"reference\":\"#left-behind\"") != std::string::npos);
    CHECK(text.find("\"contained\":[{\"resourceType\":\"Location\"") != std::string::npos);
}

TEST_CASE("oracle, 2.2: pages have an opaque context, no total, and ids that come again",
          "[simulator][vendors]") {
    Vendor oracle("oracle-health");
    const std::string target =
        "/Appointment?date=2026-03-10&location=" + oracle.ward.location + "&_count=10";

    const auto first = oracle.search(target);
    const auto next = oracle.next(target);
    const auto second = oracle.search(next);

    CHECK_FALSE(oracle.read(target).root().find("total"));
    CHECK(next.starts_with("/Appointment?-pageContext="));
    CHECK(first.entry.size() == 10);
    CHECK(second.entry.size() == 11);
    CHECK(second.entry.front().id == first.entry.back().id);
}

TEST_CASE("oracle, 2.2: a group is exported one job at a time, its files lie elsewhere",
          "[simulator][vendors]") {
    Vendor oracle("oracle-health");
    const fhir::Headers async{{"Prefer", "respond-async"}};
    const auto group = "/" + oracle.ward.group + "/$export";
    const auto below = [](const std::string& address) {
        return address.substr(std::string("http://ehr.example/fhir").size());
    };

    const auto started = oracle.get(group, async);
    const auto again = oracle.get(group, async);
    const auto status = below(*started.headers.find("Content-Location"));
    const auto waiting = oracle.get(status);
    const auto ready = oracle.read(status);

    CHECK(started.status == 202);
    CHECK(again.status == 429);
    CHECK(again.headers.find("Retry-After") == "600");
    CHECK(waiting.headers.find("Retry-After") == "600");
    const auto file =
        oracle.get(below((*ready.root().at("output").array().begin()).at("url").string()));
    CHECK(file.status == 307);
    const auto storage = below(*file.headers.find("Location"));
    CHECK(oracle.get(storage).status == 200);
    CHECK(oracle.get(storage, {{"Authorization", "Bearer x"}}).status == 400);
    CHECK(oracle.get("/Patient/$export", async).status == 404);
}

TEST_CASE("oracle, 2.2: who hurries need not wait for ten minutes", "[simulator][vendors]") {
    auto given = Vendor::withVendor("oracle-health", 1);
    given.hurry = true;
    adapters::simulator::Simulator oracle(given);
    const auto started = test::ask(oracle, "GET", "/" + oracle.ward().group + "/$export", {},
                                   {{"Prefer", "respond-async"}});

    const auto status = started.headers.find("Content-Location").value_or("").substr(23);

    CHECK(test::get(oracle, status).headers.find("Retry-After") == "1");
}

TEST_CASE("oracle, 2.3: vital signs and laboratory can be created", "[simulator][vendors]") {
    Vendor oracle("oracle-health");
    const auto encounter = oracle.encounter();
    const auto good = observation(oracle, encounter, oracle.ward.row, "vital-signs");

    const auto response = oracle.post("/Observation", good);

    CHECK(response.status == 201);
    CHECK(response.body.empty());
    CHECK(response.headers.find("Content-Type") == "text/html");
    CHECK(response.headers.find("ETag") == "W/\"1\"");
    CHECK_THAT(response.headers.find("Location").value_or(""),
               Catch::StartsWith("http://ehr.example/fhir/Observation/VS-"));
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"vital-signs", "survey"},
             {"\"final\"", "\"entered-in-error\""},
             {test::coding(oracle.ward.row), R"({"system":"http://loinc.org","code":"95541-9"})"},
             {std::string(test::kIdentifier) + ",", ""},
             {"\"status\"", "\"modifierExtension\":[{\"url\":\"u:x\"}],\"status\""}}) {
        INFO(to);
        CHECK(oracle.post("/Observation", changed(good, from, to)).status == 422);
    }
}

TEST_CASE("oracle, 2.3: unsupported fields are ignored", "[simulator][vendors]") {
    Vendor oracle("oracle-health");
    const auto encounter = oracle.encounter();
    const auto body = changed(observation(oracle, encounter, oracle.ward.row, "vital-signs"),
                              "\"status\"", R"("method":{"text":"in person"},"status")");

    const auto response = oracle.post("/Observation", body);

    REQUIRE(response.status == 201);
    const auto location = response.headers.find("Location").value_or("").substr(23);
    CHECK_FALSE(oracle.read(location).root().find("method"));
}

TEST_CASE("oracle, 2.3: an update needs If-Match, and says that it is one",
          "[simulator][vendors]") {
    Vendor oracle("oracle-health");
    const auto encounter = oracle.encounter();
    const auto body = observation(oracle, encounter, oracle.ward.row, "vital-signs");
    const auto location =
        oracle.post("/Observation", body).headers.find("Location").value_or("").substr(23);
    const auto id = location.substr(location.rfind('/') + 1);
    const auto amended = changed(changed(body, "\"final\"", "\"amended\""), "\"status\"",
                                 "\"id\":\"" + id + "\",\"status\"");

    CHECK(oracle.put(location, amended).status == 412);
    CHECK(oracle.put(location, amended, {{"If-Match", "W/\"7\""}}).status == 409);
    CHECK(oracle
              .put(location, changed(amended, oracle.patient(), oracle.ward.patients.at(1)),
                   {{"If-Match", "W/\"1\""}})
              .status == 422);
    const auto response = oracle.put(location, amended, {{"If-Match", "W/\"1\""}});
    CHECK(response.status == 200);
    CHECK(response.headers.find("ETag") == "W/\"2\"");
}

TEST_CASE("oracle, 2.3: a document needs its context, times and a character set",
          "[simulator][vendors]") {
    Vendor oracle("oracle-health");
    const auto plain = test::document(oracle, oracle.encounter());
    const auto good = changed(plain, "text/plain", "text/plain;charset=utf-8");

    CHECK(oracle.post("/DocumentReference", good).status == 201);
    CHECK(oracle.post("/DocumentReference", plain).status == 422);
    CHECK(oracle.post("/DocumentReference", changed(good, "\"author\"", "\"authors\"")).status ==
          201);
    CHECK(
        oracle.post("/DocumentReference", changed(good, oracle.ward.practitioner, oracle.patient()))
            .status == 422);
    for (const char* element : {"docStatus", "type", "context"})
        CHECK(oracle
                  .post("/DocumentReference",
                        changed(good, std::string("\"") + element + "\"",
                                "\"_language\":{\"id\":\"x\"},\"x" + std::string(element) + "\""))
                  .status == 422);
    CHECK(oracle
              .post("/DocumentReference",
                    changed(good, "\"start\":\"2026-03-10T09:30:00Z\"", "\"start\":\"2026-03-10\""))
              .status == 422);
}

TEST_CASE("oracle, 2.3: a message goes from a practitioner to practitioners or a group",
          "[simulator][vendors]") {
    Vendor oracle("oracle-health");
    const std::string good = R"({"resourceType":"Communication","status":"completed",
        "recipient":[{"reference":")" +
                             oracle.ward.group + R"("}],"sender":{"reference":")" +
                             oracle.ward.practitioner +
                             R"("},"payload":[{"contentAttachment":{"contentType":"text/plain",
                             "data":"VGhlIHNlYS4="}}]})";

    CHECK(oracle.post("/Communication", good).status == 201);
    CHECK(
        oracle.post("/Communication", changed(good, oracle.ward.group, oracle.patient())).status ==
        422);
    CHECK(oracle.post("/Communication", changed(good, oracle.ward.practitioner, oracle.patient()))
              .status == 422);
    CHECK(oracle.post("/Communication", changed(good, "completed", "preparation")).status == 422);
}

TEST_CASE("oracle, 2.3 and 2.4: no answers are created; no Flag, List or Task is there",
          "[simulator][vendors]") {
    Vendor oracle("oracle-health");

    CHECK_FALSE(oracle.offers("QuestionnaireResponse", "create"));
    CHECK(oracle.offers("QuestionnaireResponse", "update"));
    for (const char* type : {"Flag", "List", "Task"})
        CHECK(oracle.get(std::string("/") + type + "?_id=1").status == 404);
}

TEST_CASE("oracle, 2.6: types of content, refusals and request ids", "[simulator][vendors]") {
    Vendor oracle("oracle-health");

    const auto response = oracle.get("/" + oracle.patient());
    CHECK(response.headers.find("Content-Type") == "application/json+fhir");
    CHECK(response.headers.find("opc-request-id").has_value());
    const auto xml = oracle.get("/" + oracle.patient(), {{"Accept", "application/fhir+xml"}});
    CHECK(xml.status == 406);
    CHECK(xml.body.empty());
    const auto missing = oracle.get("/Patient/1");
    CHECK(missing.status == 404);
    CHECK(missing.body.find("\"details\":{\"text\":") != std::string::npos);
    CHECK(missing.body.find("diagnostics") == std::string::npos);
}

}  // namespace oracle_health_test
