// What real EHRs say oddly when they launch the pages: a hint costs itself, and no more.
#include "tests/service/launch_fixture.h"

namespace launch_hints_test {

using test::at;
using test::checkRefused;
using test::has;
using test::inQuotes;
using test::LaunchFixture;

// Epic's tutorial, Finland's SMART guide, onc-g10-test-kit#616, and other launches that real EHRs
// begin.
TEST_CASE("launch: a hint that cannot be read costs itself alone, with a line in the log",
          "[service][launch]") {
    const auto [name, value, isTold] = GENERATE(table<std::string, std::string, bool>({
        {"need_patient_banner", R"("true")", true},
        {"need_patient_banner", R"("false")", true},
        {"need_patient_banner", "0", true},
        {"patient", R"("Patient/patient-1")", false},
        {"encounter", R"("Encounter/stay-1")", false},
        {"encounter", R"("CSN_123")", false},
        {"encounter", R"("a visit of today")", true},
        {"encounter", "4711", true},
        {"smart_style_url", "5", true},
        {"tenant", "5", true},
        {"appContext", "5", true},
        {"fhirContext", R"({"reference":"Location/ward-7"})", false},
        {"fhirContext", R"(["Location/ward-7"])", false},
        {"expires_in", R"("soon")", true},
        {"refresh_token", "7", true},
    }));
    LaunchFixture entry;
    entry.says()->token = {{name, value}};

    const auto page = entry.launch();

    INFO(name << " " << value);
    const auto context = entry.running.get(page, "/api/context");
    CHECK(at(context.body, "/patient/id") == "patient-1");
    CHECK(at(context.body, "/needPatientBanner") == "true");
    CHECK(entry.running.get(page, "/api/patient").status == 200);
    const auto log = entry.running.log();
    CHECK(has(log, "an element was left out") == isTold);
    CHECK(has(log, "\"/" + name) == isTold);
    for (const auto* content : {"CSN_123", "a visit", "4711", "patient-1"})
        CHECK_FALSE(has(log, content));
}

TEST_CASE("launch: what the SMART configuration says oddly costs itself alone",
          "[service][launch]") {
    const auto [name, value] = GENERATE(table<std::string, std::string>({
        {"grant_types_supported", R"("authorization_code")"},
        {"authorization_response_iss_parameter_supported", R"("false")"},
        {"capabilities", "{}"},
        {"scopes_supported", R"(["online_access", 7])"},
    }));
    LaunchFixture entry;
    entry.says()->configuration = {{name, value}};

    CHECK(entry.running.get(entry.launch(), "/api/patient").status == 200);
}

TEST_CASE("launch: a patient with an id of 70 characters is asked for by it", "[service][launch]") {
    LaunchFixture entry;
    const auto id = "e" + std::string(69, 'X');
    entry.says()->token = {{"patient", inQuotes(id)}};

    const auto page = entry.launch();

    CHECK(at(entry.running.get(page, "/api/context").body, "/patient/id") == id);
    CHECK(entry.running.get(page, "/api/patient").status == 404);
    CHECK(entry.running.ehr.count("GET /fhir/Patient/" + id) == 1);
}

// medplum#5818, onc-g10-test-kit#539, #568, #623: a granted category is what ONC's users tick.
TEST_CASE("launch: a grant of the category that is read covers what the pages need",
          "[service][launch]") {
    const std::string needed =
        "http://hl7.org/fhir/us/core/CodeSystem/us-core-category|care-experience-preference";
    const std::string rest = "launch openid fhirUser user/Patient.r user/Encounter.r ";
    LaunchFixture entry;
    entry.says()->token = {{"scope", inQuotes(rest + "user/Observation.rs?category=" + needed)}};

    CHECK(entry.running.get(entry.launch(), "/api/patient").status == 200);

    entry.says()->token = {{"scope", inQuotes(rest + "user/Observation.rs?category=laboratory")}};
    checkRefused(entry, entry.callback(entry.begin()), 403, "It lacks: user/Observation.rs.");
}

TEST_CASE("launch: from an address that is not listed leaves both in the log",
          "[service][launch]") {
    LaunchFixture entry;

    const auto refused = entry.running.get(
        "/launch?iss=https%3A%2F%2FOTHER.example%2Ffhir%3Ftoken%3Dsecret&launch=x");

    CHECK(refused.status == 403);
    const auto log = entry.running.log();
    CHECK(has(log, "\"iss\":\"https://other.example/fhir\""));
    CHECK(has(log, "\"listed\":\"" + entry.running.ehr.base()));
    CHECK_FALSE(has(log, "secret"));
}

}  // namespace launch_hints_test
