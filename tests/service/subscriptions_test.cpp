// Notifications as the EHR sends them, and what they bring about.
#include <stdlib.h>

#include "fhir/base/hmac.h"
#include "fhir/r4/date_time.h"
#include "tests/service/service_fixture.h"

namespace subscriptions_test {

using test::has;
using test::ServiceFixture;

namespace {

const std::string kSecret = "made up for the tests of notifications";
constexpr const char* kPath = "/subscriptions/general";

/// A service whose EHR may tell; units are not due again for a day.
ServiceFixture::Options told(
    const std::string& subscriptions =
        R"({"secret": "env:WHATMATTERS_TEST_HOOK", "previous": "env:WHATMATTERS_TEST_OLD"})") {
    ::setenv("WHATMATTERS_TEST_HOOK", kSecret.c_str(), 1);
    ::setenv("WHATMATTERS_TEST_OLD", "made up, and on its way out", 1);
    return {.connection = R"(, "syncSeconds": 86400, "subscriptions": )" + subscriptions};
}

fhir::Headers bearer(const std::string& secret = kSecret) {
    return {{"Authorization", "Bearer " + secret}};
}

/// A notification of the R5 Backport about one resource.
std::string about(const std::string& focus, const std::string& type = "event-notification") {
    return R"({"resourceType":"Bundle","type":"history","entry":[{"fullUrl":"urn:uuid:1",
        "resource":{"resourceType":"Parameters","parameter":[
            {"name":"subscription","valueReference":{"reference":"Subscription/1"}},
            {"name":"status","valueCode":"active"},{"name":"type","valueCode":")" +
           type + R"("},{"name":"notification-event","part":[
            {"name":"event-number","valueString":"1"},
            {"name":"focus","valueReference":{"reference":")" +
           focus + R"("}}]}]}}]})";
}

std::string counted(const std::string& result, int number) {
    return "whatmatters_subscription_notifications_total{connection=\"general\",result=\"" +
           result + "\"} " + std::to_string(number) + "\n";
}

std::size_t readings(const ServiceFixture& fixture) {
    return fixture.ehr.count("GET /fhir/Location/ward-7");
}

}  // namespace

TEST_CASE("subscriptions: what the EHR tells is read from it, long before it is due",
          "[service][subscriptions]") {
    ServiceFixture fixture(told());
    fixture.readWard();
    const auto before = readings(fixture);

    for (int i = 0; i < 20; ++i)
        CHECK(fixture.post(kPath, about("Patient/patient-1"), bearer()).status == 200);

    CHECK(test::eventually([&] { return readings(fixture) > before; }));
    CHECK(has(fixture.operations("/metrics").body, counted("events", 20)));
    CHECK_FALSE(has(fixture.log(), "patient-1"));
}

TEST_CASE("subscriptions: who does not show the secret is refused, and the log says why",
          "[service][subscriptions]") {
    ServiceFixture fixture(told());

    CHECK(fixture.post(kPath, about("Patient/patient-1")).status == 401);
    CHECK(fixture.post(kPath, "", bearer("another, of some length")).status == 401);
    const auto refused = fixture.post(kPath, "{", bearer("made up, or guessed"));

    CHECK(refused.status == 401);
    CHECK_FALSE(has(refused.body, "bearer"));
    CHECK(has(fixture.log(), "notification refused"));
    CHECK(has(fixture.log(), "it has no Authorization"));
    CHECK_FALSE(has(fixture.log(), "guessed"));
    CHECK(has(fixture.operations("/metrics").body, counted("refused", 3)));
    CHECK(fixture.post(kPath, "", bearer("made up, and on its way out")).status == 200);
}

TEST_CASE("subscriptions: a signature over the body is as good", "[service][subscriptions]") {
    ServiceFixture fixture(told(R"({"hmac": "env:WHATMATTERS_TEST_HOOK"})"));
    const auto body = about("Patient/patient-1");
    const auto signature = "sha256=" + fhir::hmacSha256(fhir::Secret(kSecret), body);

    CHECK(fixture.post(kPath, body, {{"X-Hub-Signature", signature}}).status == 200);
    CHECK(fixture.post(kPath, body + " ", {{"X-Hub-Signature", signature}}).status == 401);
    CHECK(fixture.post(kPath, body, bearer()).status == 401);
}

TEST_CASE("subscriptions: nobody listens where none are configured", "[service][subscriptions]") {
    ServiceFixture quiet;
    CHECK(quiet.post(kPath, "", bearer()).status == 404);

    ServiceFixture fixture(told());
    CHECK(fixture.post("/subscriptions/other", "", bearer()).status == 404);
    CHECK(fixture.get(kPath).status == 405);
}

TEST_CASE("subscriptions: every form that servers send is taken", "[service][subscriptions]") {
    ServiceFixture fixture(told());
    const auto send = [&](const std::string& method, const std::string& target) {
        return fixture.send(method, target, bearer()).status;
    };

    CHECK(fixture.post(kPath, about("", "handshake"), bearer()).status == 200);
    CHECK(fixture.post(kPath, about("", "heartbeat"), bearer()).status == 200);
    CHECK(fixture.post(kPath, "", bearer()).status == 200);
    CHECK(send("PUT", std::string(kPath) + "/Encounter/stay-1") == 200);
    CHECK(send("DELETE", std::string(kPath) + "/Encounter/stay-1") == 200);
    CHECK(fixture.post(kPath, R"({"resourceType":"Patient","id":"patient-1"})", bearer()).status ==
          200);
    // What is not understood may be about anything; the EHR is not made to give up.
    CHECK(fixture.post(kPath, "<Bundle/>", bearer()).status == 200);

    const auto metrics = fixture.operations("/metrics").body;
    CHECK(has(metrics, counted("handshake", 1)));
    CHECK(has(metrics, counted("heartbeat", 1)));
    CHECK(has(metrics, counted("events", 4)));
    CHECK(has(metrics, counted("unreadable", 1)));
    CHECK(has(fixture.log(), "notification not understood"));
}

namespace {

/// Has the EHR tell the service of this: "Observation?code=1", or a topic's address.
void subscribe(ServiceFixture& fixture, const std::string& criteria) {
    const auto endpoint = "http://127.0.0.1:" + std::to_string(fixture.port()) + kPath;
    const auto response = fixture.ehr.post(
        "/Subscription", R"({"resourceType":"Subscription","status":"requested","reason":"test",
            "criteria":")" + criteria +
                             R"(","channel":{"type":"rest-hook","endpoint":")" + endpoint +
                             R"(","header":["Authorization: Bearer )" + kSecret + R"("]}})");
    REQUIRE(response.status == 201);
    const auto id = test::at(response.body, "/id");
    if (criteria.starts_with("http"))
        REQUIRE(test::eventually([&] {
            return test::at(fixture.ehr.get("/Subscription/" + id), "/status") == "active";
        }));
}

/// Somebody writes down in the EHR what matters to the patient.
void writeInEhr(ServiceFixture& fixture, const std::string& patient, const std::string& words) {
    const auto now = fhir::toFhirInstant(std::chrono::system_clock::now());
    const auto response = fixture.ehr.post("/Observation",
                                           R"({"resourceType":"Observation","status":"final",
            "category":[{"coding":[{"system":
                "http://terminology.hl7.org/CodeSystem/observation-category","code":"survey"}]}],
            "code":{"coding":[{"system":"http://loinc.org","code":"95541-9"},
                {"system":"http://loinc.org","code":"81363-4"}]},
            "subject":{"reference":"Patient/)" +
                                               patient + R"("},"effectiveDateTime":")" + now +
                                               R"(","valueString":")" + words + "\"}");
    REQUIRE(response.status == 201);
}

}  // namespace

TEST_CASE("subscriptions: what is written in the EHR is on the open ward page, unasked",
          "[service][subscriptions]") {
    const std::string criteria = GENERATE(as<std::string>(), "Observation?category=survey",
                                          "https://ehr.example/topics/Observation.any");
    ServiceFixture fixture(told());
    fixture.readWard();
    const auto page = fixture.openWard();
    REQUIRE_FALSE(has(fixture.get(page, "/api/ward").body, "The sea, once more."));
    subscribe(fixture, criteria);

    writeInEhr(fixture, "patient-1", "The sea, once more.");

    CHECK(test::eventually(
        [&] { return has(fixture.get(page, "/api/ward").body, "The sea, once more."); }));
}

}  // namespace subscriptions_test
