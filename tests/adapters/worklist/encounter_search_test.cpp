#include "adapters/worklist/encounter_search.h"

#include <algorithm>
#include <set>

#include "tests/support/hospital_fixture.h"
#include "tests/support/text.h"

namespace encounter_search_test {

using adapters::Profile;
using adapters::vendorProfile;
using fhir::ErrorKind;
using fhir::http::Request;
using test::answer;
using test::Scripted;
using test::searchset;
using test::texts;
using test::thrown;

namespace {

Profile profileWith(const std::string& fields) {
    return vendorProfile("generic").with(fhir::json::Document::parse("{" + fields + "}").root());
}

std::string patientJson(const std::string& id, const std::string& more = "") {
    return R"({"resourceType":"Patient","id":")" + id + R"(","name":[{"text":"Person )" + id +
           R"("}])" + more + "}";
}

std::string encounterJson(const std::string& id, const std::string& patient,
                          const std::string& location, const std::string& status = "in-progress") {
    return R"({"resourceType":"Encounter","id":")" + id + R"(","status":")" + status +
           R"(","subject":{"reference":")" + patient +
           R"("},"location":[{"status":"active","location":{"reference":"Location/)" + location +
           R"("}}]})";
}

std::string locationJson(const std::string& id, const std::string& partOf,
                         const std::string& name) {
    return R"({"resourceType":"Location","id":")" + id + R"(","name":")" + name + R"(")" +
           (partOf.empty() ? "" : R"(,"partOf":{"reference":"Location/)" + partOf + R"("})") + "}";
}

/// A server with one unit "u" without beds, whose Encounter search gives what the test says.
struct Unit {
    explicit Unit(std::vector<std::string> found, Profile profile = vendorProfile("generic"),
                  std::vector<fhir::Url> aliases = {})
        : ehr(
              [found = std::move(found), this](const Request& request) {
                  const auto& path = request.url.path;
                  if (path.ends_with("/Location/u"))
                      return answer(200, locationJson("u", "", "Unit"));
                  if (path.ends_with("/Location")) return answer(200, searchset(locations));
                  if (path.ends_with("/Encounter")) return answer(200, searchset(found));
                  if (path.ends_with("/Patient")) return answer(200, searchset(patients));
                  return answer(404);
              },
              std::move(profile), std::move(aliases)) {}

    adapters::Worklist list() const {
        return ehr.adapter->worklist({.source = "encounter-search", .location = "Location/u"});
    }
    std::vector<std::string> locations, patients;
    Scripted ehr;
};

std::vector<std::string> encounterIds(const adapters::Worklist& worklist) {
    std::vector<std::string> ids;
    for (const auto& stay : worklist.stays) ids.push_back(stay.encounter.id);
    return ids;
}

}  // namespace

TEST_CASE("encounter search: a stay of another server is nobody's, and there is one line",
          "[adapters]") {
    const auto at = [](const std::string& base, const std::string& id, const std::string& patient) {
        return encounterJson(id, patient, "u") + R"(,"fullUrl":")" + base + "/Encounter/" + id +
               "\"";
    };
    Unit unit({at("https://other.example/fhir", "1", "Patient/a"),
               at("http://ehr.example/fhir", "2", "Patient/b")});
    unit.patients = {patientJson("a"), patientJson("b")};

    const auto worklist = unit.list();

    CHECK(encounterIds(worklist) == std::vector<std::string>{"2"});
    CHECK_THAT(texts(worklist.problems), Catch::Contains("1 of the results are at"));
}

TEST_CASE("encounter search: a second address of the server is the server", "[adapters]") {
    const std::string base = GENERATE("http://internal:8080/r4", "HTTP://EHR.example:80/fhir");
    Unit unit({test::changed(encounterJson("1", base + "/Patient/a", "u"), "Location/u",
                             base + "/Location/u")},
              vendorProfile("generic"), {fhir::Url::parse("http://internal:8080/r4")});
    unit.patients = {patientJson("a")};

    const auto worklist = unit.list();

    INFO(texts(worklist.problems));
    CHECK(encounterIds(worklist) == std::vector<std::string>{"1"});
    CHECK(texts(worklist.problems) == "");
}

TEST_CASE("encounter search: the ward whole, in small pages and small batches", "[adapters]") {
    test::Hospital hospital(24, profileWith(R"("pageSize":3,"locationsPerSearch":7)"));

    const auto worklist = hospital.worklist();

    CHECK(texts(worklist.problems) == "");
    REQUIRE(worklist.stays.size() == 24);
    std::set<std::string> patients;
    for (const auto& stay : worklist.stays) {
        patients.insert(stay.patient.id);
        CHECK(stay.encounter.subject->reference == "Patient/" + stay.patient.id);
        CHECK_THAT(stay.location, Catch::StartsWith("Bed "));
        CHECK(std::stoi(stay.patient.id.substr(8)) <= 24);  // nobody from elsewhere
    }
    CHECK(patients.size() == 24);
    const auto bed = [](const adapters::Stay& stay) { return std::stoi(stay.location.substr(4)); };
    CHECK(std::is_sorted(worklist.stays.begin(), worklist.stays.end(),
                         [&](const auto& a, const auto& b) { return bed(a) < bed(b); }));
    CHECK(hospital.wire().count("GET", "/Patient") == 0);  // they came along
}

TEST_CASE("encounter search: the same ward without includes", "[adapters]") {
    test::Hospital with(24);
    test::Hospital without(24, profileWith(R"("includes":[],"patientsPerSearch":5)"));

    CHECK(encounterIds(without.worklist()) == encounterIds(with.worklist()));
    CHECK(without.wire().count("GET", "/Patient") == 5);
}

TEST_CASE("encounter search: references are written as the vendor wants them", "[adapters]") {
    const auto [fields, expected] = GENERATE(table<std::string, std::string>(
        {{R"("typedReferences":true)", "Location/u"}, {R"("typedReferences":false)", "u"}}));
    const Unit unit({}, profileWith(fields));

    unit.list();

    for (const auto& request : unit.ehr.wire.requests) {
        const auto query = fhir::Query::parse(request.url.query);
        const auto name = request.url.path.ends_with("/Encounter") ? "location" : "partof";
        if (!query.empty()) CHECK(query.find(name) == expected);
    }
}

TEST_CASE("encounter search: without a hierarchy the unit alone is searched", "[adapters]") {
    test::Hospital hospital(24, profileWith(R"("locationHierarchy":false)"));

    CHECK(hospital.worklist().stays.empty());  // this hospital's stays are in beds
    CHECK(hospital.wire().count("GET", "/Location") == 0);
    CHECK(hospital.wire().count("GET", "/Location/ward-7") == 0);
}

TEST_CASE("encounter search: filters that the server ignores are applied here", "[adapters]") {
    const Unit unit({encounterJson("1", "Patient/a", "u"),
                     encounterJson("2", "Patient/b", "u", "finished"),
                     encounterJson("3", "Patient/b", "elsewhere"),
                     encounterJson("4", "Patient/b", "u", "planned"),
                     R"({"resourceType":"Encounter","id":"5","status":"in-progress",
                         "subject":{"reference":"Patient/b"}})",
                     R"({"resourceType":"Encounter","id":"6","status":"in-progress",
                         "subject":{"reference":"Patient/b"},"location":[
                         {"status":"completed","location":{"reference":"Location/u"}},
                         {"status":"active","location":{"reference":"Location/elsewhere"}}]})",
                     R"({"resourceType":"Encounter","id":"7","status":"in-progress",
                         "subject":{"reference":"Patient/b"},"location":[
                         {"location":{"reference":"http://other.example/fhir/Location/u"}}]})",
                     "include:" + encounterJson("8", "Patient/b", "u"),
                     "include:" + patientJson("a"), "include:" + patientJson("b")});

    const auto worklist = unit.list();

    CHECK(encounterIds(worklist) == std::vector<std::string>{"1"});
    // What was never here shows that the server does not tell places apart.
    REQUIRE(worklist.problems.size() == 1);
    CHECK(worklist.problems[0].text ==
          "Encounter/5 is left out: it does not say where it is, and the server seems to lose the "
          "filter by place");
    CHECK(worklist.problems[0].patient == "b");
}

TEST_CASE("encounter search: the innermost of several active places is the bed", "[adapters]") {
    Unit unit({R"({"resourceType":"Encounter","id":"1","status":"in-progress",
                   "subject":{"reference":"Patient/a"},"location":[
                   {"status":"active","location":{"reference":"Location/house"}},
                   {"status":"active","location":{"reference":"Location/u"}},
                   {"status":"active","location":{"reference":"Location/bed"}}]})",
               "include:" + patientJson("a")});
    unit.locations = {locationJson("bed", "u", "Bed 4")};

    const auto worklist = unit.list();

    REQUIRE(worklist.stays.size() == 1);
    CHECK(worklist.stays[0].location == "Bed 4");
}

TEST_CASE("encounter search: where somebody is now is told by status and period together",
          "[adapters]") {
    const auto place = [](const std::string& id, const std::string& more) {
        return R"({"location":{"reference":"Location/)" + id + R"("})" + more + "}";
    };
    const auto [places, expected] = GENERATE_COPY(table<std::string, std::string>({
        {place("bed", R"(,"period":{"start":"2026-03-01","end":"9999-12-31"})"), "Bed 4"},
        {place("bed", R"(,"period":{"start":"2026-03-05"})") + "," +
             place("ed", R"(,"period":{"start":"2026-03-01"})"),
         "Bed 4"},  // newest first
        {place("bed", R"(,"period":{"start":"2026-03-05"})") + "," +
             place("ot", R"(,"period":{"start":"2030-01-01"})"),
         "Bed 4"},
        {place("bed", "") + "," + place("ot", R"(,"status":"reserved")"), "Bed 4"},
        {place("ot", R"(,"status":"active")") + "," + place("bed", ""), "Bed 4"},
        {place("bed", R"(,"period":{"start":"2026-03-01"})") + "," +
             place("bed-5", R"(,"period":{"start":"2026-03-05"})"),
         "Bed 5"},  // the latest of one level
        {place("bed", R"(,"status":"active","period":{"end":"2026-03-09"})"), ""},
        {place("bed", R"(,"period":{"start":"2030-01-01"})"), ""},
        {place("bed", R"(,"status":"completed")") + "," + place("ot", ""), ""},
    }));
    Unit unit({R"({"resourceType":"Encounter","id":"1","status":"in-progress",
                   "subject":{"reference":"Patient/a"},"location":[)" +
                   places + "]}",
               "include:" + patientJson("a")});
    unit.locations = {locationJson("bed", "u", "Bed 4"), locationJson("bed-5", "u", "Bed 5")};

    const auto worklist = unit.list();

    INFO(places);
    REQUIRE(worklist.stays.size() == (expected.empty() ? 0 : 1));
    if (!expected.empty()) CHECK(worklist.stays[0].location == expected);
    // Nobody is on the list, and somebody was found: that is said.
    CHECK(texts(worklist.problems) ==
          (expected.empty() ? " nobody is listed: of the encounters that the server found on this "
                              "unit, 0 are over by their period, and 1 are elsewhere now by their "
                              "place\n"
                            : ""));
}

TEST_CASE("encounter search: who has no place of a name is here if the server says so",
          "[adapters]") {
    const std::string places = GENERATE(
        R"([{"status":"active","location":{"identifier":{"value":"W-06"},"display":"W-06"}}])",
        R"([{"location":{"display":"Our ward"}}])", R"([{"location":{}}])", R"([])",
        R"([{"location":{"reference":"#l"}},
            {"status":"completed","location":{"reference":"Location/ed"}}])");
    const bool losesPlace = GENERATE(false, true);
    std::vector<std::string> found{R"({"resourceType":"Encounter","id":"1","status":"in-progress",
                                       "subject":{"reference":"Patient/a"},"location":)" +
                                       places + "}",
                                   "include:" + patientJson("a")};
    if (losesPlace) found.push_back(encounterJson("2", "Patient/b", "elsewhere"));
    const Unit unit(found);

    const auto worklist = unit.list();

    INFO(places);
    REQUIRE(worklist.stays.size() == (losesPlace ? 0 : 1));
    if (!losesPlace) CHECK(worklist.stays[0].location == "Unit");
    REQUIRE(worklist.problems.size() == 1);
    CHECK_THAT(worklist.problems[0].text, Catch::StartsWith("Encounter/1 "));
    CHECK(worklist.problems[0].patient == "a");
}

TEST_CASE("encounter search: a stay that has ended by its period is over, whatever its status",
          "[adapters]") {
    const auto ended = test::changed(encounterJson("1", "Patient/a", "u"), R"("subject")",
                                     R"("period":{"end":"2020-01-01"},"subject")");
    const auto odd = encounterJson("2", "Patient/b", "u", "on-hold");
    const Unit one({ended, "include:" + patientJson("a")});
    const Unit other({odd, "include:" + patientJson("b")});

    CHECK(one.list().stays.empty());
    CHECK_THAT(texts(one.list().problems), Catch::Contains("1 are over by their period"));
    CHECK(other.list().stays.empty());
    CHECK_THAT(texts(other.list().problems),
               Catch::Contains("Encounter/2 is left out: its status does not tell"));
}

TEST_CASE("encounter search: three levels of one stay are one person in one bed", "[adapters]") {
    const auto part = [](const std::string& id, const std::string& of, const std::string& place) {
        return test::changed(encounterJson(id, "Patient/a", place), R"("subject")",
                             R"("partOf":{"reference":"Encounter/)" + of + R"("},"subject")");
    };
    Unit unit({part("bed-stay", "ward-stay", "bed"), encounterJson("stay", "Patient/a", "u"),
               part("ward-stay", "stay", "u"), "include:" + patientJson("a")});
    unit.locations = {locationJson("bed", "u", "Bed 4")};

    const auto worklist = unit.list();

    REQUIRE(worklist.stays.size() == 1);
    CHECK(worklist.stays[0].encounter.id == "stay");
    CHECK(worklist.stays[0].location == "Bed 4");
    CHECK(texts(worklist.problems) == "");
}

TEST_CASE("encounter search: a place that the server refuses costs nobody elsewhere",
          "[adapters]") {
    const int status = GENERATE(403, 400, 500);
    Unit unit({encounterJson("1", "Patient/a", "u"), "include:" + patientJson("a")});
    unit.locations = {locationJson("bed", "u", "Bed 4"), locationJson("bed-5", "u", "Bed 5")};
    const auto real = unit.ehr.wire.handler;
    unit.ehr.wire.handler = [&](const Request& request) {
        const bool isIt = request.url.path.ends_with("/Encounter") &&
                          request.url.query.find("bed-5") != std::string::npos;
        return isIt ? answer(status) : real(request);
    };

    const auto worklist = unit.list();

    CHECK(encounterIds(worklist) == std::vector<std::string>{"1"});
    REQUIRE(worklist.problems.size() == 1);
    CHECK_THAT(worklist.problems[0].text,
               Catch::StartsWith("stays at Location/bed-5 cannot be read: search Encounter"));
}

TEST_CASE("encounter search: a broken entry is a problem and the rest stays", "[adapters]") {
    const Unit unit({R"({"resourceType":"Encounter","id":"1","status":7})",
                     R"({"resourceType":"Encounter","status":"in-progress"})",
                     encounterJson("2", "Patient/a", "u"), "include:" + patientJson("a"),
                     R"(include:{"resourceType":"Location","id":"u","name":[]})"});

    const auto worklist = unit.list();

    CHECK(encounterIds(worklist) == std::vector<std::string>{"2"});
    CHECK(worklist.problems.size() == 3);
    CHECK_THAT(texts(worklist.problems), Catch::Contains("/entry/0/resource/status"));
}

TEST_CASE("encounter search: an encounter that comes twice is listed once", "[adapters]") {
    const Unit unit({encounterJson("1", "Patient/a", "u"), encounterJson("1", "Patient/a", "u"),
                     "include:" + patientJson("a"), "include:" + patientJson("a")});

    CHECK(unit.list().stays.size() == 1);
}

TEST_CASE("encounter search: patients that cannot be shown are named by id alone", "[adapters]") {
    const Unit unit(
        {encounterJson("1", "Patient/dead", "u"), encounterJson("2", "Patient/merged", "u"),
         encounterJson("3", "Patient/gone", "u"), encounterJson("4", "Patient/broken", "u"),
         encounterJson("5", "Group/g", "u"), encounterJson("6", "Patient/old", "u"),
         encounterJson("7", "http://other.example/fhir/Patient/a", "u"),
         "include:" + patientJson("dead", R"(,"deceasedDateTime":"2026-03-01")"),
         "include:" + patientJson("merged", R"(,"link":[{"type":"replaced-by",
                                             "other":{"reference":"Patient/a"}}])"),
         "include:" + patientJson("broken", R"(,"implicitRules":"urn:x")"),
         "include:" + patientJson("old", R"(,"active":false)"), "include:" + patientJson("a")});

    const auto worklist = unit.list();

    CHECK(worklist.stays.empty());
    const auto problems = texts(worklist.problems);
    for (const char* text : {"Encounter/1 is left out: Patient/dead is recorded as deceased",
                             "Encounter/2 is left out: Patient/merged was merged into Patient/a",
                             "Encounter/3 is left out: Patient/gone cannot be read: read Patient",
                             "Encounter/4 is left out: Patient/broken cannot be read: /entry/",
                             "Encounter/5 is left out: it names no patient of this server",
                             "Encounter/6 is left out: Patient/old is recorded as no longer active",
                             "Encounter/7 is left out: it names no patient of this server"})
        CHECK_THAT(problems, Catch::Contains(text));
    CHECK(worklist.problems.size() == 7);
    CHECK_THAT(problems, !Catch::Contains("Person"));
}

TEST_CASE("encounter search: missing patients are fetched, others are not let in", "[adapters]") {
    Unit unit({encounterJson("1", "Patient/a", "u"), encounterJson("2", "Patient/b", "u"),
               "include:" + patientJson("stranger")});
    unit.patients = {patientJson("a"), patientJson("stranger")};
    const auto real = unit.ehr.wire.handler;
    unit.ehr.wire.handler = [&](const Request& request) {
        if (request.url.path.ends_with("/Patient/b")) return answer(200, patientJson("b"));
        return real(request);
    };

    const auto worklist = unit.list();

    CHECK(encounterIds(worklist) == std::vector<std::string>{"1", "2"});
    CHECK(texts(worklist.problems) == "");
    CHECK(unit.ehr.wire.count("GET", "/Patient/b") == 1);
    CHECK(unit.ehr.wire.count("GET", "/Patient/a") == 0);
}

TEST_CASE("encounter search: a patient read that may work later fails the list", "[adapters]") {
    Unit unit({encounterJson("1", "Patient/a", "u")});
    const auto real = unit.ehr.wire.handler;
    unit.ehr.wire.handler = [&](const Request& request) {
        return request.url.path.ends_with("/Patient/a") ? answer(503) : real(request);
    };

    CHECK(thrown([&] { unit.list(); }).kind() == ErrorKind::Unavailable);
}

TEST_CASE("encounter search: a read that gives another patient is no patient", "[adapters]") {
    Unit unit({encounterJson("1", "Patient/a", "u")});
    const auto real = unit.ehr.wire.handler;
    unit.ehr.wire.handler = [&](const Request& request) {
        return request.url.path.ends_with("/Patient/a") ? answer(200, patientJson("b"))
                                                        : real(request);
    };

    const auto worklist = unit.list();

    CHECK(worklist.stays.empty());
    CHECK_THAT(texts(worklist.problems), Catch::Contains("Patient/a is answered with another"));
}

TEST_CASE("encounter search: beds that may not be listed are said to be missing", "[adapters]") {
    Unit unit({encounterJson("1", "Patient/a", "u"), "include:" + patientJson("a")});
    const auto real = unit.ehr.wire.handler;
    unit.ehr.wire.handler = [&](const Request& request) {
        return request.url.path.ends_with("/Location") ? answer(403) : real(request);
    };

    const auto worklist = unit.list();

    CHECK(worklist.stays.size() == 1);
    CHECK(worklist.stays[0].location == "Unit");
    CHECK_THAT(texts(worklist.problems), Catch::Contains("cannot be listed"));
}

TEST_CASE("encounter search: the place's name comes from wherever it is known", "[adapters]") {
    const auto profile = profileWith(R"("locationHierarchy":false)");
    const auto encounter = R"({"resourceType":"Encounter","id":"1","status":"in-progress",
        "subject":{"reference":"Patient/a"},"location":[{"status":"active","location":
        {"reference":"Location/u","display":"Shown"}}]})";

    const Unit displayed({encounter, "include:" + patientJson("a")}, profile);
    const Unit included(
        {encounter, "include:" + patientJson("a"), "include:" + locationJson("u", "", "Included")},
        profile);

    CHECK(displayed.list().stays.at(0).location == "Shown");
    CHECK(included.list().stays.at(0).location == "Included");
}

TEST_CASE("encounter search: equal places are ordered by name, no place comes last", "[adapters]") {
    Unit unit({encounterJson("1", "Patient/z", "u"), encounterJson("2", "Patient/b", "bed"),
               encounterJson("3", "Patient/a", "bed"), "include:" + patientJson("z"),
               "include:" + patientJson("a"), "include:" + patientJson("b")});
    unit.locations = {locationJson("bed", "u", "Bed 1")};
    const auto real = unit.ehr.wire.handler;
    unit.ehr.wire.handler = [&](const Request& request) {
        if (request.url.path.ends_with("/Location/u"))
            return answer(200, R"({"resourceType":"Location","id":"u"})");
        return real(request);
    };

    CHECK(encounterIds(unit.list()) == std::vector<std::string>{"3", "2", "1"});
}

TEST_CASE("worklist: what a query lacks is said with its place", "[adapters]") {
    const Unit unit({});
    const auto list = [&](const std::string& source, const std::string& location) {
        return thrown(
            [&] { unit.ehr.adapter->worklist({.source = source, .location = location}); });
    };

    CHECK(list("crystal-ball", "Location/u").path() == "/worklist/source");
    CHECK_THAT(list("crystal-ball", "").what(), Catch::Contains("encounter-search"));
    for (const char* location : {"", "u", "Ward/u", "Location/u/v", "Location/../u"})
        CHECK(list("encounter-search", location).path() == "/worklist/location");
}

}  // namespace encounter_search_test
