// Facts: vendor facts, section 6, and NHSDigital/personal-demographics-service-api,
// specification/components/paths/patient-get.yaml.
#include "tests/adapters/simulator/vendor.h"
#include "tests/support/json_at.h"

namespace nhs_test {

using test::at;
using test::Vendor;

namespace {

const fhir::Headers kRequest{{"X-Request-ID", "60e0b220-8136-4ca5-ae46-1d97ef59d068"}};

std::string codeOf(const fhir::http::Response& response) {
    return at(response.body, "/issue/0/details/coding/0/code");
}

}  // namespace

TEST_CASE("nhs, 6: a patient is read by number, and there is nothing else",
          "[simulator][vendors]") {
    Vendor nhs("nhs");

    const auto patient = nhs.get("/" + nhs.patient(), kRequest);

    CHECK(patient.status == 200);
    CHECK(patient.headers.find("X-Request-ID") == kRequest.find("X-Request-ID"));
    CHECK(patient.headers.find("ETag"));
    CHECK(nhs.get("/metadata", kRequest).status == 404);
    const auto nobody = nhs.get("/Patient/9990000000", kRequest);
    CHECK(nobody.status == 404);
    CHECK(codeOf(nobody) == "RESOURCE_NOT_FOUND");
}

TEST_CASE("nhs, 6: nothing else is there", "[simulator][vendors]") {
    const auto type = GENERATE(as<std::string>(), "Encounter", "Observation", "Flag", "List");

    CHECK(Vendor("nhs").get("/" + type, kRequest).status == 404);
}

TEST_CASE("nhs, 6: every request has a UUID of its own", "[simulator][vendors]") {
    Vendor nhs("nhs");

    const auto bare = nhs.get("/" + nhs.patient());
    const auto odd = nhs.get("/" + nhs.patient(), {{"X-Request-ID", "7"}});

    CHECK(bare.status == 400);
    CHECK(codeOf(bare) == "MISSING_VALUE");
    CHECK(at(bare.body, "/issue/0/details/coding/0/system") ==
          "https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode");
    CHECK(odd.status == 400);
    CHECK(codeOf(odd) == "INVALID_VALUE");
}

TEST_CASE("nhs, 6: patients are named by numbers that can be, and are nobody's",
          "[simulator][vendors]") {
    for (const auto& patient : Vendor("nhs", 300).ward.patients) {
        const auto number = patient.substr(patient.find('/') + 1);
        INFO(number);
        REQUIRE(number.size() == 10);
        CHECK(number.starts_with("999"));
        int sum = 0;  // NHS Data Dictionary, NHS NUMBER: with the check digit, a multiple of 11
        for (std::size_t i = 0; i < number.size(); ++i)
            sum += (number[i] - '0') * (i < 9 ? 10 - static_cast<int>(i) : 1);
        CHECK(sum % 11 == 0);
    }
}

TEST_CASE("nhs, 6: five requests a second", "[simulator][vendors]") {
    Vendor nhs("nhs");
    for (int i = 0; i < 5; ++i) CHECK(nhs.get("/" + nhs.patient(), kRequest).status == 200);

    const auto sixth = nhs.get("/" + nhs.patient(), kRequest);

    CHECK(sixth.status == 429);
    CHECK(codeOf(sixth) == "TOO_MANY_REQUESTS");
}

}  // namespace nhs_test
