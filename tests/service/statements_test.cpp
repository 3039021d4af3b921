// A statement from the page into the EHR, and what stands in its way.
#include "tests/service/service_fixture.h"

namespace service_statements_test {

using test::at;
using test::eventually;
using test::form;
using test::has;
using test::kUuid;
using test::ServiceFixture;
using test::sizeAt;

namespace {

const std::string kAddress = std::string("/api/patient/statements/") + kUuid;
const std::string kByIdentifier =
    std::string("/Observation?identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Auuid%3A") + kUuid;

bool isDelivered(ServiceFixture& fixture, const test::Page& page) {
    return eventually([&] {
        return at(fixture.get(page, kAddress).body, "/statement/receipt/state") == "delivered";
    });
}

}  // namespace

TEST_CASE("statement: it is saved at once and reaches the chart once", "[service]") {
    ServiceFixture fixture;
    const auto page = fixture.open("patient-1");

    const auto posted = fixture.post(page, "/api/patient/statements", form("I want to go home."));

    REQUIRE(posted.status == 201);
    CHECK(at(posted.body, "/statement/id") == std::string("urn:uuid:") + kUuid);
    CHECK(at(posted.body, "/statement/text") == "I want to go home.");
    REQUIRE(isDelivered(fixture, page));
    const auto receipt = at(fixture.get(page, kAddress).body, "/statement/receipt");
    CHECK(at(receipt, "/route") == "observation");
    CHECK(at(receipt, "/where") == "In the chart as an Observation.");
    CHECK(at(fixture.ehr.get("/" + at(receipt, "/location")), "/valueString") ==
          "I want to go home.");
    CHECK(fixture.ehr.total(kByIdentifier) == 1);
}

TEST_CASE("statement: the same again is the same, other words under its id are refused",
          "[service]") {
    ServiceFixture fixture;
    const auto page = fixture.open("patient-1");
    const auto said = R"(,"said":"2026-03-07T08:15:00+01:00")";
    const auto post = [&](const std::string& words) {
        return fixture.post(page, "/api/patient/statements", form(words, said)).status;
    };
    REQUIRE(post("I want to go home.") == 201);

    CHECK(post("I want to go home.") == 201);
    CHECK(post("I want to stay.") == 409);

    REQUIRE(isDelivered(fixture, page));
    CHECK(fixture.ehr.total(kByIdentifier) == 1);
    CHECK(at(fixture.get(page, kAddress).body, "/statement/text") == "I want to go home.");
}

TEST_CASE("statement: a page that repeats what it posted, without a time, is not refused",
          "[service]") {
    ServiceFixture fixture;
    const auto page = fixture.open("patient-1");
    const auto post = [&] {
        return fixture.post(page, "/api/patient/statements", form("I want to go home.")).status;
    };

    REQUIRE(post() == 201);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // another second on the clock
    CHECK(post() == 201);

    REQUIRE(isDelivered(fixture, page));
    CHECK(fixture.ehr.total(kByIdentifier) == 1);
}

TEST_CASE("statement: every field that is wrong is named, and nothing is saved", "[service]") {
    ServiceFixture fixture;
    const auto page = fixture.open("patient-1");

    const auto refused = fixture.post(
        page, "/api/patient/statements",
        R"({"id":"7","aspect":"mood","method":"letter","said":"soon","by":"nurse","text":"  "})");

    CHECK(refused.status == 422);
    std::string pointers;
    for (std::size_t i = 0; i < sizeAt(refused.body, "/errors"); ++i)
        pointers += at(refused.body, "/errors/" + std::to_string(i) + "/pointer") + " ";
    INFO(refused.body);
    for (const char* field : {"/id ", "/aspect ", "/method ", "/said ", "/by ", "/text "})
        CHECK(has(pointers, field));
    CHECK(at(fixture.operations("/health/ready").body, "/outboxWaiting") == "0");
}

TEST_CASE("statement: what is no form is refused", "[service]") {
    ServiceFixture fixture;
    const auto page = fixture.open("patient-1");
    const auto body = GENERATE("", "{", "[]", "null", "\"words\"", R"({"text":7})",
                               "{\"text\":\"\xff\"}", R"({"text":"x","keep":"yes"})");

    const auto refused = fixture.post(page, "/api/patient/statements", body);

    INFO(body << " " << refused.body);
    CHECK(refused.status == 400);
    CHECK(at(refused.body, "/detail") != "");
    CHECK(at(fixture.operations("/health/ready").body, "/outboxWaiting") == "0");
}

TEST_CASE("statement: what waits survives a restart and then arrives once", "[service]") {
    ServiceFixture fixture;
    fixture.ehr.fail(test::always(test::answer(503, "")));
    const auto before = fixture.open("patient-1");
    const auto posted = fixture.post(before, "/api/patient/statements", form("I want to go home."));
    REQUIRE(posted.status == 201);
    REQUIRE(eventually([&] {
        return at(fixture.get(before, kAddress).body, "/statement/receipt/lastError") != "";
    }));

    fixture.restart();
    fixture.ehr.mend();

    REQUIRE(isDelivered(fixture, before));  // the page that was open goes on as well
    CHECK(fixture.ehr.total(kByIdentifier) == 1);
}

TEST_CASE("statement: words that are kept to the care team are on their page alone", "[service]") {
    ServiceFixture fixture;
    fixture.readWard();
    const auto page = fixture.open("patient-1");
    const std::string words = "Only for those who care for me.";
    REQUIRE(fixture.post(page, "/api/patient/statements", form(words, R"(,"keep":true)")).status ==
            201);
    REQUIRE(isDelivered(fixture, page));
    fixture.readWard();

    const auto ward = fixture.get(fixture.openWard(), "/api/ward");

    CHECK(has(fixture.get(page, "/api/patient").body, words));
    CHECK(ward.status == 200);
    CHECK(has(ward.body, "\"kept\":true"));
    CHECK_FALSE(has(ward.body, "Only for those"));
    CHECK_FALSE(has(fixture.get("/fhir/Observation?patient=patient-1").body, "Only for those"));
}

TEST_CASE("companion: holds what the EHR does not take, but not what is kept to the team",
          "[service]") {
    ServiceFixture fixture({.connection = R"(,"write":{"routes":["companion"]})"});
    const auto page = fixture.open("patient-1");
    const std::string kept = "55ac6f52-0c7e-4f1c-9d55-7f4f3f9f2a10";
    REQUIRE(fixture.post(page, "/api/patient/statements", form("I want to go home.")).status ==
            201);
    REQUIRE(fixture
                .post(page, "/api/patient/statements",
                      form("Only for those who care for me.", R"(,"keep":true)", kept))
                .status == 201);
    REQUIRE(isDelivered(fixture, page));
    REQUIRE(eventually([&] {
        return at(fixture.get(page, "/api/patient/statements/" + kept).body,
                  "/statement/receipt/state") == "delivered";
    }));

    const auto found = fixture.get("/fhir/Observation?patient=patient-1");

    CHECK(sizeAt(found.body, "/entry") == 1);
    CHECK(at(found.body, "/entry/0/resource/valueString") == "I want to go home.");
    CHECK(fixture.get("/fhir/Observation/" + std::string(kUuid)).status == 200);
    CHECK(fixture.get("/fhir/Observation/" + kept).status == 404);
    CHECK(sizeAt(fixture.get("/fhir/Observation?patient=patient-2").body, "/entry") == 0);
    CHECK(fixture.ehr.count("POST") == 0);
}

TEST_CASE("companion: refuses as FHIR does", "[service]") {
    ServiceFixture fixture;
    const auto code = [&](const std::string& target) {
        const auto response = fixture.get(target);
        CHECK(response.headers.find("Content-Type") == "application/fhir+json");
        CHECK(at(response.body, "/resourceType") == "OperationOutcome");
        return std::to_string(response.status) + " " + at(response.body, "/issue/0/code");
    };

    CHECK(code("/fhir/Observation/nobody") == "404 not-found");
    CHECK(code("/fhir/Observation?colour=red") == "400 invalid");
    CHECK(code("/fhir/Observation?_count=many") == "400 invalid");
    CHECK(code("/fhir/Observation?subject=nobody") == "400 invalid");
    CHECK(at(fixture.get("/fhir/metadata").body, "/fhirVersion") == "4.0.1");
}

TEST_CASE("companion: hands nothing to those whom it does not know", "[service]") {
    ServiceFixture fixture({.development = false});

    CHECK(fixture.get("/fhir/Observation").status == 401);
    CHECK(fixture.get("/fhir/Flag/1").status == 401);
}

TEST_CASE("statement: what was written down by mistake is taken back, here and in the chart",
          "[service]") {
    ServiceFixture fixture;
    const auto page = fixture.open("patient-1");
    REQUIRE(fixture.post(page, "/api/patient/statements", form("Of another patient.")).status ==
            201);
    REQUIRE(isDelivered(fixture, page));
    const auto location = at(fixture.get(page, kAddress).body, "/statement/receipt/location");

    const auto first = fixture.post(page, kAddress + "/withdrawal", "");
    const auto again = fixture.post(page, kAddress + "/withdrawal", "");

    REQUIRE(first.status == 200);
    CHECK(again.status == 200);
    CHECK(at(first.body, "/statement/standing") == "withdrawn");
    CHECK_FALSE(has(first.body, "Of another patient."));
    CHECK_FALSE(has(fixture.get(page, "/api/patient").body, "Of another patient."));
    REQUIRE(isDelivered(fixture, page));
    CHECK(at(fixture.get(page, kAddress).body, "/statement/receipt/where") ==
          "Taken back, and marked in the chart as entered in error.");
    CHECK(at(fixture.ehr.get("/" + location), "/status") == "entered-in-error");
    CHECK_FALSE(has(fixture.get(page, "/api/patient").body, "Of another patient."));
}

TEST_CASE("statement: words that are put right take the place of the old ones", "[service]") {
    ServiceFixture fixture;
    const auto page = fixture.open("patient-1");
    const std::string right = "4f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a11";
    REQUIRE(fixture.post(page, "/api/patient/statements", form("To see the see.")).status == 201);
    const auto wrong = std::string(R"(,"wrong":true,"replaces":"urn:uuid:)") + kUuid + "\"";
    const auto body = form("To see the sea.", wrong, right);

    const auto posted = fixture.post(page, "/api/patient/statements", body);

    REQUIRE(posted.status == 201);
    const auto now = at(fixture.get(page, "/api/patient").body, "/aspects/0/statements");
    CHECK(at(now, "/0/text") == "To see the sea.");
    CHECK(at(now, "/0/current") == "true");
    CHECK(at(now, "/0/mayCorrect") == "true");
    std::string old;
    for (std::size_t i = 1; i < sizeAt(now, ""); ++i)
        if (at(now, "/" + std::to_string(i) + "/text") == "To see the see.")
            old = at(now, "/" + std::to_string(i));
    CHECK(at(old, "/standing") == "replaced");
    CHECK(at(old, "/current") == "false");
    CHECK(at(old, "/mayCorrect") == "false");
    CHECK(fixture.post(page, "/api/patient/statements", body).status == 201);
    const auto other = form("To be somewhere else.", wrong, "5f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a12");
    CHECK(fixture.post(page, "/api/patient/statements", other).status == 409);
}

TEST_CASE("statement: another patient's is not taken back from this page", "[service]") {
    ServiceFixture fixture;
    const auto page = fixture.open("patient-1");
    REQUIRE(fixture.post(page, "/api/patient/statements", form("To go home.")).status == 201);

    const auto other = fixture.open("patient-2");

    CHECK(fixture.post(other, kAddress + "/withdrawal", "").status == 404);
    CHECK(fixture.post(page, "/api/patient/statements/nonsense/withdrawal", "").status == 404);
    CHECK(at(fixture.get(page, kAddress).body, "/statement/standing") == "stands");
}

}  // namespace service_statements_test
