// A statement from the page into the EHR, and what stands in its way.
#include "tests/service/house.h"

using tests::at;
using tests::eventually;
using tests::form;
using tests::has;
using tests::House;
using tests::kUuid;
using tests::sizeAt;

namespace {

const std::string kAddress = std::string("/api/patient/statements/") + kUuid;
const std::string kByIdentifier =
    std::string("/Observation?identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Auuid%3A") + kUuid;

bool isDelivered(House& house, const tests::Page& page) {
    return eventually([&] {
        return at(house.get(page, kAddress).body, "/statement/receipt/state") == "delivered";
    });
}

}  // namespace

TEST_CASE("statement: it is saved at once and reaches the chart once", "[service]") {
    House house;
    const auto page = house.open("patient-1");

    const auto posted = house.post(page, "/api/patient/statements", form("I want to go home."));

    REQUIRE(posted.status == 201);
    CHECK(at(posted.body, "/statement/id") == std::string("urn:uuid:") + kUuid);
    CHECK(at(posted.body, "/statement/text") == "I want to go home.");
    REQUIRE(isDelivered(house, page));
    const auto receipt = at(house.get(page, kAddress).body, "/statement/receipt");
    CHECK(at(receipt, "/route") == "observation");
    CHECK(at(receipt, "/where") == "In the chart as an Observation.");
    CHECK(at(house.ehr.get("/" + at(receipt, "/location")), "/valueString") ==
          "I want to go home.");
    CHECK(house.ehr.total(kByIdentifier) == 1);
}

TEST_CASE("statement: the same again is the same, other words under its id are refused",
          "[service]") {
    House house;
    const auto page = house.open("patient-1");
    const auto said = R"(,"said":"2026-03-07T08:15:00+01:00")";
    const auto post = [&](const std::string& words) {
        return house.post(page, "/api/patient/statements", form(words, said)).status;
    };
    REQUIRE(post("I want to go home.") == 201);

    CHECK(post("I want to go home.") == 201);
    CHECK(post("I want to stay.") == 409);

    REQUIRE(isDelivered(house, page));
    CHECK(house.ehr.total(kByIdentifier) == 1);
    CHECK(at(house.get(page, kAddress).body, "/statement/text") == "I want to go home.");
}

TEST_CASE("statement: a page that repeats what it posted, without a time, is not refused",
          "[service]") {
    House house;
    const auto page = house.open("patient-1");
    const auto post = [&] {
        return house.post(page, "/api/patient/statements", form("I want to go home.")).status;
    };

    REQUIRE(post() == 201);
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // another second on the clock
    CHECK(post() == 201);

    REQUIRE(isDelivered(house, page));
    CHECK(house.ehr.total(kByIdentifier) == 1);
}

TEST_CASE("statement: every field that is wrong is named, and nothing is saved", "[service]") {
    House house;
    const auto page = house.open("patient-1");

    const auto refused = house.post(
        page, "/api/patient/statements",
        R"({"id":"7","aspect":"mood","method":"letter","said":"soon","by":"nurse","text":"  "})");

    CHECK(refused.status == 422);
    std::string pointers;
    for (std::size_t i = 0; i < sizeAt(refused.body, "/errors"); ++i)
        pointers += at(refused.body, "/errors/" + std::to_string(i) + "/pointer") + " ";
    INFO(refused.body);
    for (const char* field : {"/id ", "/aspect ", "/method ", "/said ", "/by ", "/text "})
        CHECK(has(pointers, field));
    CHECK(at(house.get("/health/ready").body, "/outboxWaiting") == "0");
}

TEST_CASE("statement: what is no form is refused", "[service]") {
    House house;
    const auto page = house.open("patient-1");
    const auto body = GENERATE("", "{", "[]", "null", "\"words\"", R"({"text":7})",
                               "{\"text\":\"\xff\"}", R"({"text":"x","keep":"yes"})");

    const auto refused = house.post(page, "/api/patient/statements", body);

    INFO(body << " " << refused.body);
    CHECK(refused.status == 400);
    CHECK(at(refused.body, "/detail") != "");
    CHECK(at(house.get("/health/ready").body, "/outboxWaiting") == "0");
}

TEST_CASE("statement: what waits survives a restart and then arrives once", "[service]") {
    House house;
    house.ehr.fail(tests::always(tests::answer(503, "")));
    const auto before = house.open("patient-1");
    const auto posted = house.post(before, "/api/patient/statements", form("I want to go home."));
    REQUIRE(posted.status == 201);
    REQUIRE(eventually([&] {
        return at(house.get(before, kAddress).body, "/statement/receipt/lastError") != "";
    }));

    house.restart();
    house.ehr.mend();

    REQUIRE(isDelivered(house, before));  // the page that was open goes on as well
    CHECK(house.ehr.total(kByIdentifier) == 1);
}

TEST_CASE("statement: words that are kept to the care team are on their page alone", "[service]") {
    House house;
    house.readWard();
    const auto page = house.open("patient-1");
    const std::string words = "Only for those who care for me.";
    REQUIRE(house.post(page, "/api/patient/statements", form(words, R"(,"keep":true)")).status ==
            201);
    REQUIRE(isDelivered(house, page));
    house.readWard();

    const auto ward = house.get(house.openWard(), "/api/ward");

    CHECK(has(house.get(page, "/api/patient").body, words));
    CHECK(ward.status == 200);
    CHECK(has(ward.body, "\"kept\":true"));
    CHECK_FALSE(has(ward.body, "Only for those"));
    CHECK_FALSE(has(house.get("/fhir/Observation?patient=patient-1").body, "Only for those"));
}

TEST_CASE("companion: holds what the EHR does not take, but not what is kept to the team",
          "[service]") {
    House house({.connection = R"(,"write":{"routes":["companion"]})"});
    const auto page = house.open("patient-1");
    const std::string kept = "55ac6f52-0c7e-4f1c-9d55-7f4f3f9f2a10";
    REQUIRE(house.post(page, "/api/patient/statements", form("I want to go home.")).status == 201);
    REQUIRE(house
                .post(page, "/api/patient/statements",
                      form("Only for those who care for me.", R"(,"keep":true)", kept))
                .status == 201);
    REQUIRE(isDelivered(house, page));
    REQUIRE(eventually([&] {
        return at(house.get(page, "/api/patient/statements/" + kept).body,
                  "/statement/receipt/state") == "delivered";
    }));

    const auto found = house.get("/fhir/Observation?patient=patient-1");

    CHECK(sizeAt(found.body, "/entry") == 1);
    CHECK(at(found.body, "/entry/0/resource/valueString") == "I want to go home.");
    CHECK(house.get("/fhir/Observation/" + std::string(kUuid)).status == 200);
    CHECK(house.get("/fhir/Observation/" + kept).status == 404);
    CHECK(sizeAt(house.get("/fhir/Observation?patient=patient-2").body, "/entry") == 0);
    CHECK(house.ehr.count("POST") == 0);
}

TEST_CASE("companion: refuses as FHIR does", "[service]") {
    House house;
    const auto code = [&](const std::string& target) {
        const auto response = house.get(target);
        CHECK(response.headers.find("Content-Type") == "application/fhir+json");
        CHECK(at(response.body, "/resourceType") == "OperationOutcome");
        return std::to_string(response.status) + " " + at(response.body, "/issue/0/code");
    };

    CHECK(code("/fhir/Observation/nobody") == "404 not-found");
    CHECK(code("/fhir/Observation?code=95541-9") == "400 invalid");
    CHECK(code("/fhir/Observation?_count=many") == "400 invalid");
    CHECK(code("/fhir/Observation?subject=nobody") == "400 invalid");
    CHECK(at(house.get("/fhir/metadata").body, "/fhirVersion") == "4.0.1");
}

TEST_CASE("companion: hands nothing to those whom it does not know", "[service]") {
    House house({.development = false});

    CHECK(house.get("/fhir/Observation").status == 401);
    CHECK(house.get("/fhir/Flag/1").status == 401);
}
