// Facts: vendor facts, sections 5 (InterSystems) and 12 (Azure, Google, HealthLake).
#include "tests/adapters/simulator/vendor.h"

namespace repositories_test {

using test::Vendor;

namespace {

const std::string kFlag =
    R"({"resourceType":"Flag","identifier":[{"system":"urn:x","value":"1"}],"status":"active",
        "code":{"text":"x"},"subject":{"reference":"TEAM"}})";

std::string flag(const Vendor& vendor) {
    return test::changed(kFlag, "TEAM", vendor.ward.teamSubject);
}

fhir::http::Response throttled(const std::string& vendor) {
    auto given = Vendor::withVendor(vendor, 1);
    given.faults = {adapters::simulator::Fault::parse("status-429:1")};
    adapters::simulator::Simulator simulator(given);
    return test::get(simulator, "/metadata");
}

}  // namespace

TEST_CASE("azure, 12: pages of 10, and 429 says how long in two ways", "[simulator][vendors]") {
    Vendor azure("azure");

    CHECK(azure.search("/Patient").entry.size() == 10);
    CHECK(azure.next("/Patient").starts_with("/Patient?ct="));
    const auto refused = throttled("azure");
    CHECK(refused.status == 429);
    CHECK(refused.headers.find("Retry-After") == "1");
    CHECK(refused.headers.find("x-ms-retry-after-ms") == "1000");
    CHECK_FALSE(throttled("generic").headers.find("x-ms-retry-after-ms"));
}

TEST_CASE("google, 12: a condition is an identifier alone, a body is application/fhir+json",
          "[simulator][vendors]") {
    Vendor google("google");
    const auto create = [&](const std::string& condition) {
        return google.post("/Flag", flag(google), {{"If-None-Exist", condition}}).status;
    };

    CHECK(create("identifier=urn:x%7C1") == 201);
    CHECK(create("identifier=urn:x%7C1") == 200);
    for (const char* other :
         {"identifier=1", "status=active", "identifier=urn:x%7C1&status=active"})
        CHECK(create(other) == 400);
    CHECK(google.post("/Flag", flag(google), {{"Content-Type", "application/json"}}).status == 415);
    CHECK_THAT(throttled("google").body, Catch::StartsWith(R"({"error":{"code":429,)"));
}

TEST_CASE("healthlake, 12: the same key again is a conflict with what there is",
          "[simulator][vendors]") {
    Vendor lake("healthlake");
    const auto create = [&](const std::string& key) {
        return lake.post("/Flag", flag(lake), {{"x-amz-fhir-idempotency-key", key}});
    };

    const auto first = create("one");
    const auto second = create("one");

    CHECK(first.status == 201);
    CHECK(second.status == 409);
    CHECK(second.body == first.body);
    CHECK(create("two").status == 201);
    CHECK(lake.simulator.writes().at(0).created == 2);
}

TEST_CASE("intersystems, 5: the repository takes everything, conditional create too",
          "[simulator][vendors]") {
    Vendor trak("intersystems");
    const fhir::Headers once{{"If-None-Exist", "identifier=urn:x%7C1"}};

    CHECK(trak.post("/Flag", flag(trak), once).status == 201);
    CHECK(trak.post("/Flag", flag(trak), once).status == 200);
    CHECK(trak.offers("Observation", "create"));
}

}  // namespace repositories_test
