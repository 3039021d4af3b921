#include "adapters/worklist/stays_of.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "tests/support/hospital_fixture.h"

namespace stays_of_test {

using adapters::Profile;
using adapters::vendorProfile;
using adapters::WorklistQuery;
using fhir::ErrorKind;
using fhir::http::Request;
using test::answer;
using test::searchset;
using test::texts;
using test::thrown;

namespace {

Profile profileWith(const std::string& fields, const char* vendor = "epic") {
    return vendorProfile(vendor).with(fhir::json::Document::parse("{" + fields + "}").root());
}

std::string patientJson(const std::string& id) {
    return R"({"resourceType":"Patient","id":")" + id + R"(","name":[{"text":"Person )" + id +
           R"("}]})";
}

std::string encounterJson(const std::string& id, const std::string& patient,
                          const std::string& more = R"("status":"in-progress")") {
    return R"({"resourceType":"Encounter","id":")" + id + R"(","subject":{"reference":"Patient/)" +
           patient + R"("},)" + more + "}";
}

/// A server that searches encounters one patient at a time, as most do, and holds a patient list,
/// a group and appointments.
struct Clinic {
    explicit Clinic(Profile profile = vendorProfile("epic"))
        : ehr([this](const Request& request) { return serve(request); }, std::move(profile)) {
        for (const char* id : {"a", "b", "c"})
            encounters[id] = {encounterJson(std::string("stay-") + id, id)};
    }

    fhir::http::Response serve(const Request& request) {
        const auto& path = request.url.path;
        const auto query = fhir::Query::parse(request.url.query);
        if (path.ends_with("/Encounter")) {
            const auto patient = query.find("patient").value_or("");
            if (patient.find(',') != std::string::npos || !patient.starts_with("Patient/"))
                return answer(400);
            const auto found = encounters.find(patient.substr(8));
            return answer(200, searchset(found == encounters.end() ? std::vector<std::string>{}
                                                                   : found->second));
        }
        if (path.find("/Patient/") != std::string::npos)
            return answer(200, patientJson(path.substr(path.rfind('/') + 1)));
        if (path.ends_with("/Patient")) return answer(400);
        if (path.ends_with("/Location/bed-9"))
            return answer(200, R"({"resourceType":"Location","id":"bed-9","name":"Bed 9"})");
        for (const auto& [end, body] : others)
            if (path.ends_with(end)) return answer(200, body);
        return answer(404);
    }

    adapters::Worklist list(const WorklistQuery& query) const {
        fhir::Clock clock = test::clockAt(test::kNow);
        fhir::Client client(const_cast<test::Wire&>(ehr.wire), test::Scripted::options());
        return adapters::listUnit({client, ehr.adapter->profile(), query, clock, progress});
    }
    std::vector<std::string> stays(const WorklistQuery& query) const {
        std::vector<std::string> ids;
        for (const auto& stay : list(query).stays) ids.push_back(stay.encounter.id);
        std::sort(ids.begin(), ids.end());
        return ids;
    }

    std::map<std::string, std::vector<std::string>> encounters;  // by patient
    std::map<std::string, std::string> others;                   // by end of path
    adapters::Progress progress;
    test::Scripted ehr;
};

const WorklistQuery kThree{.source = "patients",
                           .patients = {"Patient/a", "Patient/b", "Patient/c"}};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("patients: each one's current stay, several asked for at once", "[adapters]") {
    Clinic clinic;
    std::mutex mutex;
    std::vector<std::size_t> told;
    clinic.progress = [&](std::size_t done, std::size_t all) {
        const std::lock_guard lock(mutex);
        CHECK(all == 3);
        told.push_back(done);
    };

    const auto list = clinic.list(kThree);

    CHECK(list.stays.size() == 3);
    CHECK(texts(list.problems) == "");
    CHECK(told == std::vector<std::size_t>{1, 2, 3});
    CHECK(clinic.ehr.wire.count("GET", "/Encounter") == 3);
}

TEST_CASE("patients: what a search brings is checked again", "[adapters]") {
    const auto [encounter, problem] = GENERATE(table<std::string, std::string>({
        {encounterJson("x", "a", R"("status":"finished")"), "no current encounter"},
        {encounterJson("x", "a", R"("status":"planned")"), "no current encounter"},
        {encounterJson("x", "a", R"("status":"in-progress","period":{"end":"2026-03-09"})"),
         "no current encounter"},
        {encounterJson("x", "z"), "not about a patient asked for"},
        {R"({"resourceType":"Encounter","status":"in-progress"})", "has no id"},
    }));
    Clinic clinic;
    clinic.encounters["a"] = {encounter};

    const auto list = clinic.list(kThree);

    CHECK(list.stays.size() == 2);
    CHECK_THAT(texts(list.problems), Catch::Contains(problem));
    CHECK_THAT(texts(list.problems), !Catch::Contains("Person"));
}

TEST_CASE("patients: a bed before a visit, then what began last", "[adapters]") {
    const std::string ward =
        R"("status":"in-progress","class":{"code":"IMP"},"period":{"start":"2026-03-01"})";
    const std::string visit =
        R"("status":"in-progress","class":{"code":"AMB"},"period":{"start":"2026-03-10"})";
    const std::string later =
        R"("status":"in-progress","class":{"code":"IMP"},"period":{"start":"2026-03-05"})";
    const auto [first, second, expected] =
        GENERATE_COPY(table<std::string, std::string, std::string>({{ward, visit, "one"},
                                                                    {visit, ward, "two"},
                                                                    {ward, later, "two"},
                                                                    {later, ward, "one"}}));
    Clinic clinic;
    clinic.encounters["a"] = {encounterJson("one", "a", first), encounterJson("two", "a", second)};

    const auto list = clinic.list({.source = "patients", .patients = {"Patient/a"}});

    REQUIRE(list.stays.size() == 1);
    CHECK(list.stays[0].encounter.id == expected);
}

TEST_CASE("patients: the bed's name is read where the encounter does not say it", "[adapters]") {
    const auto [location, name] = GENERATE(table<std::string, std::string>({
        {R"({"reference":"Location/bed-9"})", "Bed 9"},
        {R"({"reference":"Location/bed-9","display":"9"})", "9"},
        {R"({"reference":"Location/gone"})", ""},
        {R"({"reference":"#inside"})", ""},
    }));
    Clinic clinic;
    clinic.encounters["a"] = {encounterJson(
        "x", "a",
        R"("status":"in-progress","location":[{"status":"active","location":)" + location + "}]")};

    const auto list = clinic.list({.source = "patients", .patients = {"Patient/a"}});

    REQUIRE(list.stays.size() == 1);
    CHECK(list.stays[0].location == name);
}

TEST_CASE("patients: a class in local codes is told by the profile", "[adapters]") {
    Clinic clinic(profileWith(R"("encounterClasses":{"urn:oid:1|13":"EMER"})"));
    clinic.encounters["a"] = {encounterJson(
        "x", "a", R"("status":"in-progress","class":{"system":"urn:oid:1","code":"13"})")};

    const auto list = clinic.list({.source = "patients", .patients = {"Patient/a"}});

    CHECK(list.stays.at(0).encounter.encounterClass->code == "EMER");
}

TEST_CASE("patients: one whose encounters cannot be read costs the others nothing", "[adapters]") {
    const auto [status, isAway] = GENERATE(
        table<int, bool>({{500, true}, {503, true}, {400, false}, {403, false}, {404, false}}));
    Clinic clinic;
    const auto status_ = status;
    clinic.ehr.wire.handler = [&](const Request& request) {
        return request.url.query.find("%2Fb") != std::string::npos ? answer(status_)
                                                                   : clinic.serve(request);
    };

    const auto list = clinic.list(kThree);

    CHECK(list.stays.size() == 2);
    REQUIRE(list.problems.size() == 1);
    CHECK_THAT(list.problems[0].text,
               Catch::StartsWith("Patient/b: their encounters cannot be read: search Encounter"));
    CHECK(list.problems[0].patient == "b");
    CHECK(list.away == (isAway ? std::set<std::string>{"b"} : std::set<std::string>{}));
}

TEST_CASE("patients: where all fail the list does, and so it does where nobody is let in",
          "[adapters]") {
    const auto [status, which, kind] =
        GENERATE(table<int, std::string, ErrorKind>({{503, "Encounter", ErrorKind::Unavailable},
                                                     {403, "Encounter", ErrorKind::Forbidden},
                                                     {401, "%2Fb", ErrorKind::Unauthorized},
                                                     {429, "%2Fb", ErrorKind::Unavailable}}));
    Clinic clinic;
    const auto status_ = status;
    const auto which_ = which;
    clinic.ehr.wire.handler = [&](const Request& request) {
        return request.url.text().find(which_) != std::string::npos ? answer(status_)
                                                                    : clinic.serve(request);
    };

    CHECK(thrown([&] { clinic.list(kThree); }).kind() == kind);
}

TEST_CASE("patients: one whose record the server fails to give costs the others nothing",
          "[adapters]") {
    Clinic clinic;
    clinic.ehr.wire.handler = [&](const Request& request) {
        return request.url.path.ends_with("/Patient/b") ? answer(500) : clinic.serve(request);
    };

    const auto list = clinic.list(kThree);

    CHECK(list.stays.size() == 2);
    CHECK_THAT(texts(list.problems),
               Catch::Contains("Encounter/stay-b is left out: Patient/b cannot be read"));
    CHECK(list.away == std::set<std::string>{"b"});
}

TEST_CASE("patients: a bed whose name the server fails to give is a bed", "[adapters]") {
    const int status = GENERATE(500, 503, 403);
    Clinic clinic;
    clinic.encounters["a"] = {encounterJson(
        "x", "a",
        R"("status":"in-progress","location":[{"location":{"reference":"Location/bed-9"}}])")};
    clinic.ehr.wire.handler = [&](const Request& request) {
        return request.url.path.ends_with("/Location/bed-9") ? answer(status)
                                                             : clinic.serve(request);
    };

    const auto list = clinic.list(kThree);

    CHECK(list.stays.size() == 3);
    CHECK(texts(list.problems) == "");
}

TEST_CASE("patients: the bed is where somebody is now, and a stay of several levels is one",
          "[adapters]") {
    const std::string running = R"("status":"in-progress")";
    const auto place = [](const std::string& name, const std::string& more) {
        return R"({"location":{"display":")" + name + R"("},)" + more + "}";
    };
    Clinic clinic;
    clinic.encounters["a"] = {
        encounterJson("h", "a",
                      running + R"(,"period":{"start":"2026-03-01"},"location":[)" +
                          place("Ward 7", R"("status":"active")") + "]"),
        encounterJson("b", "a",
                      running + R"(,"partOf":{"reference":"Encounter/h"},"location":[)" +
                          place("Bed 4", R"("period":{"start":"2026-03-09","end":"9999-12-31"})") +
                          "," + place("Bed 1", R"("period":{"start":"2026-03-01"})") + "," +
                          place("Bed 9", R"("period":{"start":"2030-01-01"})") + "]")};

    const auto list = clinic.list({.source = "patients", .patients = {"Patient/a"}});

    REQUIRE(list.stays.size() == 1);
    CHECK(list.stays[0].encounter.id == "h");
    CHECK(list.stays[0].location == "Bed 4");
    REQUIRE(list.stays[0].arrived);
    CHECK(list.stays[0].arrived->text() == "2026-03-09");
}

TEST_CASE("patient list: its patients, without those who were taken off it", "[adapters]") {
    const std::string entries =
        R"("status":"current","entry":[{"item":{"reference":"Patient/a"}},
           {"deleted":true,"item":{"reference":"Patient/b"}},{"item":{"reference":"Group/1"}}])";
    const auto [identifier, path, body] =
        GENERATE_COPY(table<std::string, std::string, std::string>({
            {"urn:oid:1|77", "/List",
             searchset({R"({"resourceType":"List","id":"7",)" + entries + "}",
                        R"({"resourceType":"List","id":"8","status":"retired",
                        "entry":[{"item":{"reference":"Patient/c"}}]})"})},
            {"List/7", "/List/7", R"({"resourceType":"List","id":"7",)" + entries + "}"},
        }));
    Clinic clinic;
    clinic.others[path] = body;

    const auto list = clinic.list({.source = "patient-list", .identifier = identifier});

    REQUIRE(list.stays.size() == 1);
    CHECK(list.stays[0].patient.id == "a");
    CHECK_THAT(texts(list.problems), Catch::Contains("1 entries of List/7"));
    if (identifier != "List/7") {
        const auto query = fhir::Query::parse(clinic.ehr.wire.requests.at(0).url.query);
        CHECK(query.find("code") == "patients");
        CHECK(query.find("identifier") == identifier);
    }
}

TEST_CASE("patient list: a list that is not there is no empty ward", "[adapters]") {
    Clinic clinic;
    clinic.others["/List"] = searchset({});

    CHECK(thrown([&] { clinic.list({.source = "patient-list", .identifier = "77"}); }).kind() ==
          ErrorKind::NotFound);
    CHECK(thrown([&] { clinic.list({.source = "patient-list", .identifier = "List/9"}); }).kind() ==
          ErrorKind::NotFound);
}

TEST_CASE("group: its members of today", "[adapters]") {
    Clinic clinic;
    clinic.others["/Group/g"] = R"({"resourceType":"Group","id":"g","type":"person","actual":true,
        "member":[{"entity":{"reference":"Patient/a"}},
                  {"entity":{"reference":"Patient/b"},"inactive":true},
                  {"entity":{"reference":"Patient/c"},"period":{"end":"2026-03-01"}},
                  {"entity":{"reference":"Practitioner/1"}}]})";

    const auto list = clinic.list({.source = "group", .group = "Group/g"});

    REQUIRE(list.stays.size() == 1);
    CHECK(list.stays[0].patient.id == "a");
    CHECK_THAT(texts(list.problems), Catch::Contains("1 members of Group/g"));
}

TEST_CASE("group: one that names no members is no empty ward", "[adapters]") {
    Clinic clinic;
    clinic.others["/Group/g"] =
        R"({"resourceType":"Group","id":"g","type":"person","actual":true})";

    const auto error = thrown([&] { clinic.list({.source = "group", .group = "Group/g"}); });

    CHECK(error.kind() == ErrorKind::NotFound);
    CHECK_THAT(error.what(), Catch::Contains("group-export"));
}

namespace {

std::string appointmentJson(const std::string& id, const std::string& patient,
                            const std::string& status = "booked",
                            const std::string& start = "2026-03-10T14:00:00Z",
                            const std::string& place = "Location/l") {
    return R"({"resourceType":"Appointment","id":")" + id + R"(","status":")" + status +
           R"(","start":")" + start + R"(","participant":[
             {"actor":{"reference":"Patient/)" +
           patient + R"("},"status":"accepted"},{"actor":{"reference":")" + place +
           R"("},"status":"accepted"}]})";
}

}  // namespace

TEST_CASE("appointments: the patients of today's, each checked again", "[adapters]") {
    Clinic clinic;
    clinic.encounters["b"] = {encounterJson("stay-b", "b", R"("status":"planned")")};
    clinic.others["/Appointment"] =
        searchset({appointmentJson("1", "a"), appointmentJson("2", "b"),
                   appointmentJson("3", "c", "cancelled"),
                   appointmentJson("4", "c", "booked", "2026-03-12T14:00:00Z"),
                   appointmentJson("5", "c", "booked", "2026-03-10T14:00:00Z", "Location/other")});

    const WorklistQuery query{.source = "appointments", .location = "Location/l"};

    CHECK(clinic.stays(query) == Ids{"stay-a", "stay-b"});
}

TEST_CASE("appointments: the date is written as the vendor wants it", "[adapters]") {
    const auto [form, query] = GENERATE(table<std::string, std::string>({
        {R"("appointmentDate":"date")",
         "location=Location%2Fl&date=ge2026-03-09&date=le2026-03-12&_count=100"},
        {R"("appointmentDate":"date-time")",
         "location=Location%2Fl&date=ge2026-03-09T22%3A00%3A00Z&"
         "date=lt2026-03-12T10%3A00%3A00Z&_count=100"},
    }));
    Clinic clinic(profileWith(form));
    clinic.others["/Appointment"] = searchset({});

    clinic.list({.source = "appointments", .location = "Location/l", .days = 2});

    CHECK(clinic.ehr.wire.requests.at(0).url.query == query);
}

TEST_CASE("appointments: those with a practitioner", "[adapters]") {
    Clinic clinic;
    clinic.others["/Appointment"] =
        searchset({appointmentJson("1", "a", "booked", "2026-03-10T14:00:00Z", "Practitioner/p"),
                   appointmentJson("2", "b", "booked", "2026-03-10T14:00:00Z", "Practitioner/q"),
                   appointmentJson("3", "c")});

    const WorklistQuery query{.source = "appointments", .practitioner = "Practitioner/p"};

    CHECK(clinic.stays(query) == Ids{"stay-a", "stay-c"});  // the third names no practitioner
}

TEST_CASE("worklists: a query that lacks what its source needs is refused, with its place",
          "[adapters]") {
    const auto [query, path] = GENERATE(table<WorklistQuery, std::string>({
        {{.source = "patients"}, "/worklist/patients"},
        {{.source = "patients", .patients = {"Group/1"}}, "/worklist/patients"},
        {{.source = "patient-list"}, "/worklist/identifier"},
        {{.source = "group"}, "/worklist/group"},
        {{.source = "group", .group = "Patient/1"}, "/worklist/group"},
        {{.source = "group-export", .group = "g"}, "/worklist/group"},
        {{.source = "appointments"}, "/worklist"},
        {{.source = "appointments", .location = "Location/1", .practitioner = "Practitioner/1"},
         "/worklist"},
        {{.source = "appointments", .practitioner = "Location/1"}, "/worklist/practitioner"},
        {{.source = "encounter-search", .location = "Location/1"}, "/worklist/source"},
        {{.source = "crystal-ball"}, "/worklist/source"},
    }));
    const Clinic clinic;

    const auto error = thrown([&, &asked = query] { clinic.list(asked); });

    CHECK(error.kind() == ErrorKind::InvalidInput);
    CHECK(error.path() == path);
    CHECK(clinic.ehr.wire.requests.empty());
}

TEST_CASE("launch only: nobody is listed and nothing is asked", "[adapters]") {
    const Clinic clinic;

    CHECK(clinic.list({.source = "launch-only"}).stays.empty());
    CHECK(clinic.ehr.wire.requests.empty());
}

}  // namespace stays_of_test
