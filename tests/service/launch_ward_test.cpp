// Launches without a patient: which ward they open, and what leads from one page to another.
#include <atomic>

#include "tests/service/launch_fixture.h"

namespace launch_ward_test {

using test::at;
using test::has;
using test::LaunchFixture;

namespace {

/// A launch whose token response says no patient, and this besides.
test::Page launched(LaunchFixture& entry, const test::Json& members) {
    auto token = members;
    token["patient"] = "";
    entry.says()->token = token;
    return entry.launch();
}

/// The page that the answer to `POST …/contexts` leads to.
test::Page goesOn(const test::Page& page, const test::Response& response) {
    REQUIRE(response.status == 201);
    return {page.cookie, at(response.body, "/context")};
}

}  // namespace

TEST_CASE("launch: a ward is opened by what its unit says that opens it (SMART 191)",
          "[service][launch]") {
    LaunchFixture entry;
    const auto [name, written] = GENERATE(table<std::string, std::string>({
        {"fhirContext", R"([{"reference":"Location/ward-7"}])"},
        {"fhirContext", R"([{"reference":"http:BASE/Location/ward-7"}])"},
        {"fhirContext", R"([{"reference":"HTTP:BASE/Location/ward-7"}])"},
        {"fhirContext", R"([{"reference":"https://other.example/fhir/Location/ward-8"},)"
                        R"({"reference":"Location/ward-7"}])"},
        {"fhirContext", R"([{"reference":"Organization/elsewhere"},)"
                        R"({"reference":"Organization/ward-7-staff"}])"},
        {"department", "150"},
        {"department", R"("150")"},
    }));
    auto value = written;
    if (const auto place = value.find(":BASE"); place != value.npos)
        value.replace(place, 5, entry.running.ehr.base().substr(4));
    INFO(name << " " << value);

    const auto page = launched(entry, {{name, value}});

    const auto context = entry.running.get(page, "/api/context");
    CHECK(at(context.body, "/view") == "ward");
    CHECK(at(context.body, "/unit/id") == "ward-7");
    CHECK(entry.running.get(page, "/api/ward").status == 200);
    CHECK(entry.running.get(page, "/api/patient").status == 403);
    CHECK(entry.running.get(page, "/api/units").status == 403);
}

TEST_CASE("launch: without a patient and a place that is known here, the units are to choose from",
          "[service][launch]") {
    LaunchFixture entry;
    const auto [name, value] = GENERATE(table<std::string, std::string>({
        {"intent", R"("none")"},
        {"fhirContext", R"([{"reference":"Location/elsewhere"}])"},
        {"fhirContext", R"([{"reference":"Location/ward-7","role":"of another app"}])"},
        {"fhirContext", R"([{"reference":"https://other.example/fhir/Location/ward-7"}])"},
        {"department", "15"},
        {"department", "[150]"},
        {"department", R"({"id":"150"})"},
    }));
    INFO(name << " " << value);

    const auto page = launched(entry, {{name, value}});

    const auto context = entry.running.get(page, "/api/context");
    CHECK(at(context.body, "/view") == "units");
    CHECK_FALSE(has(context.body, "\"unit\""));
    const auto units = entry.running.get(page, "/api/units");
    CHECK(units.body == R"({"units":[{"id":"ward-7","name":"Ward 7"}]})");
    // It has shown nobody, and shows nobody.
    CHECK(entry.running.get(page, "/api/ward").status == 403);
    CHECK(entry.running.get(page, "/api/patient").status == 403);
    CHECK(entry.running.post(page, "/api/units/ward-8/contexts", "").status == 404);

    const auto ward = goesOn(page, entry.running.post(page, "/api/units/ward-7/contexts", ""));

    CHECK(at(entry.running.get(ward, "/api/context").body, "/unit/id") == "ward-7");
    CHECK(entry.running.get(ward, "/api/ward").status == 200);
}

TEST_CASE("launch: a patient's page leads to everyone on their ward, and to no other",
          "[service][launch]") {
    LaunchFixture entry;
    entry.running.readWard();
    const auto page = entry.launch();
    REQUIRE(at(entry.running.get(page, "/api/context").body, "/view") == "patient");
    CHECK(at(entry.running.get(page, "/api/context").body, "/unit/name") == "Ward 7");
    CHECK(entry.running.post(page, "/api/units/ward-8/contexts", "").status == 403);

    const auto ward = goesOn(page, entry.running.post(page, "/api/units/ward-7/contexts", ""));

    const auto context = entry.running.get(ward, "/api/context");
    CHECK(at(context.body, "/view") == "ward");
    CHECK_FALSE(has(context.body, "\"patient\""));
    CHECK(entry.running.get(ward, "/api/ward").status == 200);
    CHECK(entry.running.get(ward, "/api/patient").status == 403);
    CHECK(entry.running.post(ward, "/api/units/ward-8/contexts", "").status == 403);
}

TEST_CASE("launch: of a patient who is on none of our wards no page leads to one",
          "[service][launch]") {
    LaunchFixture entry;
    entry.running.readWard();
    entry.says()->token = {{"patient", "\"somebody-elsewhere\""}};
    const auto page = entry.launch();

    CHECK_FALSE(has(entry.running.get(page, "/api/context").body, "\"unit\""));
    CHECK(entry.running.post(page, "/api/units/ward-7/contexts", "").status == 403);
}

namespace {

/// Once its own first reading has ended, the service reads nothing by itself for a minute.
void readWardOnce(LaunchFixture& entry) {
    test::eventually([&] { return entry.running.ehr.count("GET /fhir/Observation") > 0; });
    entry.running.readWard();
}

/// An EHR that refuses this user the Patient, whatever the service may read.
test::Ehr::Fault refusing(std::atomic<int>& status, const std::string& patient) {
    return [&status, patient](test::Connection& connection, const std::string& line) {
        const bool isSearch = test::has(line, "/Patient?") && test::has(line, patient);
        if (!isSearch && !test::has(line, "GET /fhir/Patient/" + patient)) return false;
        connection.send(test::answer(isSearch ? 403 : status.load(), "", "Connection: close\r\n"));
        return true;
    };
}

}  // namespace

TEST_CASE("launch: where the site wants it, the EHR says whom of the ward this user may see",
          "[service][launch]") {
    LaunchFixture entry(3, R"(,"wardAsUser": true)");
    readWardOnce(entry);
    const auto page = launched(entry, {{"department", "150"}});
    std::atomic<int> status = 403;
    entry.running.ehr.fail(refusing(status, "patient-2"));

    const auto ward = entry.running.get(page, "/api/ward");

    REQUIRE(ward.status == 200);
    CHECK(test::sizeAt(ward.body, "/rows") == 2);
    CHECK(at(ward.body, "/unshown") == R"({"refused":1,"undecided":0})");
    CHECK_FALSE(has(ward.body, "patient-2"));
    CHECK(entry.running.post(page, "/api/contexts", R"({"key":"stay-2"})").status == 403);
    CHECK(entry.running.post(page, "/api/contexts", R"({"key":"stay-1"})").status == 201);
    // What it has said holds for a while.
    const auto before = entry.running.ehr.count("GET /fhir/Patient");
    CHECK(test::sizeAt(entry.running.get(page, "/api/ward").body, "/rows") == 2);
    CHECK(entry.running.ehr.count("GET /fhir/Patient") == before);
}

TEST_CASE("launch: an EHR that is away says nothing of whom the user may see",
          "[service][launch]") {
    LaunchFixture entry(3, R"(,"wardAsUser": true)");
    readWardOnce(entry);
    const auto page = launched(entry, {{"department", "150"}});
    std::atomic<int> status = 503;
    entry.running.ehr.fail(refusing(status, "patient-2"));

    const auto ward = entry.running.get(page, "/api/ward");

    CHECK(test::sizeAt(ward.body, "/rows") == 2);
    CHECK(at(ward.body, "/unshown") == R"({"refused":0,"undecided":1})");
    CHECK(entry.running.post(page, "/api/contexts", R"({"key":"stay-2"})").status == 503);
    status = 401;
    CHECK(entry.running.get(page, "/api/ward").status == 401);
}

TEST_CASE("launch: whom the user may see is not told by a page that is not theirs",
          "[service][launch]") {
    LaunchFixture entry(3, R"(,"wardAsUser": true)");
    entry.running.readWard();

    const auto ward = entry.running.get(entry.running.openWard(), "/api/ward");

    CHECK(ward.status == 401);
    CHECK_FALSE(has(ward.body, "patient-"));
}

TEST_CASE("launch: what somebody wrote is shown to them while the EHR shows them the patient",
          "[service][launch]") {
    LaunchFixture entry;
    readWardOnce(entry);
    const auto page = entry.launch();
    const std::string uuid = test::kUuid;
    const auto path = "/api/patient/statements/" + uuid;
    REQUIRE(entry.running
                .post(page, "/api/patient/statements",
                      R"({"id":"urn:uuid:)" + uuid +
                          R"(","aspect":"now","by":"patient","text":"The window open"})")
                .status == 201);
    const auto [answer, expected] = GENERATE(table<int, int>({{403, 403}, {404, 403}, {503, 200}}));
    std::atomic<int> status = answer;
    entry.running.ehr.fail(refusing(status, "patient-1"));

    const auto found = entry.running.get(page, path);

    INFO(answer);
    CHECK(found.status == expected);
    CHECK(has(found.body, "The window open") == (expected == 200));
    CHECK(entry.running.post(page, path + "/withdrawal", "").status == expected);
}

}  // namespace launch_ward_test
