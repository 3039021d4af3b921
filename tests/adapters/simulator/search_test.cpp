#include "adapters/simulator/search.h"

#include <algorithm>
#include <set>

#include "tests/adapters/simulator/requests.h"

namespace simulator_search_test {

using adapters::simulator::Simulator;
using test::ask;
using test::found;
using test::get;
using test::options;

using Ids = std::vector<std::string>;

TEST_CASE("simulator search: parameters find what they should", "[simulator]") {
    Simulator simulator(options());
    const auto [target, expected] = GENERATE(table<std::string, Ids>({
        {"/Patient?_id=patient-1", {"Patient/patient-1"}},
        {"/Patient?_id=patient-1,patient-3,nobody", {"Patient/patient-1", "Patient/patient-3"}},
        {"/Patient?_id=patient-1&_id=patient-2", {}},
        {"/Patient?identifier=https://hospital.example/fhir/mrn%7CMU-100002",
         {"Patient/patient-2"}},
        {"/Patient?identifier=MU-100002", {"Patient/patient-2"}},
        {"/Patient?identifier=%7CMU-100002", {}},
        {"/Patient?identifier=https://other.example%7CMU-100002", {}},
        {"/Patient?name=bjørn", {"Patient/patient-1"}},
        {"/Patient?name=jørn", {}},
        {"/Patient?name=PEGGY", {"Patient/patient-12"}},
        {"/Patient?name=陳", {"Patient/patient-13"}},
        {"/Encounter?_id=stay-1&status=in-progress", {"Encounter/stay-1"}},
        {"/Encounter?_id=stay-1&status=finished", {}},
        {"/Encounter?patient=patient-14", {"Encounter/stay-14-earlier", "Encounter/stay-14"}},
        {"/Encounter?patient=Patient/patient-1", {"Encounter/stay-1"}},
        {"/Encounter?patient=http://ehr.example/fhir/Patient/patient-1", {"Encounter/stay-1"}},
        {"/Encounter?patient=Location/patient-1", {}},
        {"/Encounter?subject=patient-1", {"Encounter/stay-1"}},
        {"/Encounter?status=onleave,arrived", {"Encounter/stay-20", "Encounter/stay-21"}},
        {"/Encounter?class=http://terminology.hl7.org/CodeSystem/v3-ActCode%7CIMP&_id=stay-2",
         {"Encounter/stay-2"}},
        {"/Encounter?class=AMB", {}},
        {"/Encounter?location=recovery", {"Encounter/stay-9002"}},
        {"/Location?partof=hospital&_id=ward-7", {"Location/ward-7"}},
        {"/Location?partof=ward-7-room-7", {"Location/ward-7-bed-25", "Location/ward-7-bed-26"}},
        {"/Organization?_id=ward-7-team", {"Organization/ward-7-team"}},
        {"/RelatedPerson?patient=patient-9", {"RelatedPerson/patient-9-relative-1"}},
        {"/Observation?patient=patient-22&code=95541-9", {"Observation/said-22-1"}},
        {"/Observation?patient=patient-22&code=81363-4", {}},
        {"/Observation?patient=patient-5&code=http://loinc.org%7C81363-4",
         {"Observation/said-5-1"}},
        {"/Observation?patient=patient-5&code=http://loinc.org%7C", {"Observation/said-5-1"}},
        {"/Observation?patient=patient-5&category=survey", {"Observation/said-5-1"}},
        {"/Observation?encounter=stay-5", {"Observation/said-5-1"}},
        {"/Observation?status=entered-in-error", {"Observation/said-10-1"}},
        {"/Observation?subject=Patient/patient-5&status=final", {"Observation/said-5-1"}},
        {"/Observation?_lastUpdated=lt2025-06", {"Observation/said-11-2"}},
        {"/Patient?_lastUpdated=ge2026-03-10", {}},
        {"/Flag?status=active", {}},
    }));

    CHECK(found(simulator, target) == expected);
}

TEST_CASE("simulator search: what it does not know is refused, or left out leniently",
          "[simulator]") {
    Simulator simulator(options(2));
    for (const char* target :
         {"/Patient?birthdate=2000-01-01", "/Patient?name:exact=x", "/Encounter?patient.name=x",
          "/Patient?identifier=", "/Patient?_id=patient-1,", "/Patient?_count=many",
          "/Patient?_count=-1", "/Patient?_lastUpdated=yesterday", "/Encounter?patient=a%20b",
          "/Encounter?_include=Encounter:status", "/Encounter?_include=Patient:identifier",
          "/Encounter?_include=*", "/Patient?_sort=name", "/Patient?_id=%zz"}) {
        CAPTURE(target);
        const auto response = get(simulator, target);
        CHECK(response.status == 400);
        CHECK(response.body.find("OperationOutcome") != std::string::npos);
    }

    const auto lenient = ask(simulator, "GET", "/Patient?birthdate=2000-01-01&_id=patient-1", {},
                             {{"Prefer", "handling=lenient"}});

    REQUIRE(lenient.status == 200);
    CHECK(lenient.body.find("\"http://ehr.example/fhir/Patient?_id=patient-1\"") !=
          std::string::npos);
    CHECK(lenient.body.find("\"total\":1,") != std::string::npos);
}

TEST_CASE("simulator search: a list of more than 500 values is refused", "[simulator]") {
    Simulator simulator(options(1));
    std::string ids = "a";
    for (int i = 0; i < 500; ++i) ids += ",a";

    CHECK(get(simulator, "/Patient?_id=" + ids).status == 400);
    CHECK(get(simulator, "/Patient?_id=" + ids.substr(2)).status == 200);
}

TEST_CASE("simulator search: commas and bars can be escaped", "[simulator]") {
    Simulator simulator(options(1));
    const auto body = R"({"resourceType":"Flag","status":"active","code":{"text":"x"},
        "identifier":[{"system":"urn:x","value":"a,b|c\\d"}],
        "subject":{"reference":"Organization/ward-7-team"}})";
    REQUIRE(ask(simulator, "POST", "/Flag", body).status == 201);

    CHECK(found(simulator, "/Flag?identifier=urn:x%7Ca%5C,b%5C%7Cc%5C%5Cd") == Ids{"Flag/1001"});
    CHECK(found(simulator, "/Flag?identifier=urn:x%7Ca,b").empty());
}

TEST_CASE("simulator search: pages follow each other and hold all, each once", "[simulator]") {
    Simulator simulator(options());
    const int count = GENERATE(1, 5, 24, 26, 27, 200, 100000);
    std::vector<std::string> all;
    std::string target = "/Patient?_count=" + std::to_string(count);
    std::size_t pages = 0;
    while (!target.empty()) {
        const auto document = fhir::json::Document::parse(get(simulator, target).body);
        const auto bundle = fhir::Bundle::fromJson(document.root());
        CHECK(document.root().at("total").integer() == 27);
        CHECK(bundle.entry.size() <= static_cast<std::size_t>(count));
        for (const auto& entry : bundle.entry) all.push_back(entry.id);
        target =
            bundle.next ? bundle.next->substr(std::string("http://ehr.example/fhir").size()) : "";
        ++pages;
    }

    CHECK(all.size() == 27);
    CHECK(std::set<std::string>(all.begin(), all.end()).size() == 27);
    CHECK(pages == (27 + static_cast<std::size_t>(std::min(count, 27)) - 1) /
                       static_cast<std::size_t>(std::min(count, 27)));
}

TEST_CASE("simulator search: _count=0 tells how many there are", "[simulator]") {
    Simulator simulator(options());

    const auto response = get(simulator, "/Patient?_count=0");

    CHECK(response.body.find("\"total\":27") != std::string::npos);
    CHECK(response.body.find("\"entry\"") == std::string::npos);
    CHECK(response.body.find("\"next\"") == std::string::npos);
}

TEST_CASE("simulator search: pages show what was there when the search ran", "[simulator]") {
    Simulator simulator(options(1));
    const auto flag = [&] {
        return ask(simulator, "POST", "/Flag",
                   R"({"resourceType":"Flag","status":"active","code":{"text":"x"},
                       "subject":{"reference":"Organization/ward-7-team"}})")
            .status;
    };
    REQUIRE((flag() == 201 && flag() == 201));
    const auto document = fhir::json::Document::parse(get(simulator, "/Flag?_count=1").body);
    const auto next = *fhir::Bundle::fromJson(document.root()).next;
    REQUIRE(flag() == 201);

    const auto second = get(simulator, next.substr(std::string("http://ehr.example/fhir").size()));

    CHECK(second.body.find("\"total\":2") != std::string::npos);
    CHECK(second.body.find("\"next\"") == std::string::npos);
}

TEST_CASE("simulator search: a page that is none or is forgotten", "[simulator]") {
    Simulator simulator(options());
    const auto document = fhir::json::Document::parse(get(simulator, "/Patient?_count=1").body);
    const auto next = fhir::Bundle::fromJson(document.root())
                          .next->substr(std::string("http://ehr.example/fhir").size());
    CHECK(get(simulator, next).status == 200);
    CHECK(get(simulator, next + "0000").status == 410);
    CHECK(get(simulator, "?_getpages=x.1").status == 410);
    CHECK(get(simulator, "?_getpages=x.y").status == 400);
    CHECK(get(simulator, "").status == 400);

    for (int i = 0; i < 200; ++i) get(simulator, "/Patient?_count=1");

    CHECK(get(simulator, next).status == 410);
}

TEST_CASE("simulator search: includes come along once", "[simulator]") {
    Simulator simulator(options());
    const auto target =
        "/Encounter?patient=patient-14&_include=Encounter:patient"
        "&_include=Encounter:location";

    CHECK(found(simulator, target).size() == 2);
    const auto included = found(simulator, target, "include");
    REQUIRE(included.size() == 2);  // both stays were in one bed
    CHECK(included[0] == "Patient/patient-14");
    CHECK_THAT(included[1], Catch::StartsWith("Location/ward-7-bed-"));
}

TEST_CASE("simulator search: by POST to _search", "[simulator]") {
    Simulator simulator(options(3));
    const fhir::Headers form{{"Content-Type", "application/x-www-form-urlencoded"}};

    const auto response = ask(simulator, "POST", "/Patient/_search", "_id=patient-2", form);

    CHECK(response.status == 200);
    CHECK(response.body.find("\"total\":1") != std::string::npos);
    CHECK(ask(simulator, "POST", "/Patient/_search", "{}").status == 415);
    CHECK(get(simulator, "/Patient/_search").status == 405);
    CHECK(ask(simulator, "POST", "/Patient/_search", std::string(1024 * 1024 + 1, 'x'), form)
              .status == 413);
}

}  // namespace simulator_search_test
