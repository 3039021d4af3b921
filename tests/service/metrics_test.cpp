// What whoever runs the service can read about it.
#include <catch2/catch.hpp>

#include "fhir/base/error.h"
#include "tests/service/service_fixture.h"

namespace service_metrics_test {

using test::has;
using test::ServiceFixture;

namespace {

std::string breaker(const std::string& state, const std::string& value) {
    return "whatmatters_connection_breaker{connection=\"general\",state=\"" + state + "\"} " +
           value + "\n";
}

void tryToReadWard(ServiceFixture& fixture) {
    try {
        fixture.readWard();
    } catch (const fhir::Error& error) {
        CHECK(error.kind() == fhir::ErrorKind::Unavailable);
    }
}

}  // namespace

TEST_CASE("metrics: whether an EHR is left alone is told by connection", "[service]") {
    ServiceFixture fixture;
    fixture.readWard();
    const auto before = fixture.operations("/metrics");
    REQUIRE(before.status == 200);
    CHECK(has(before.body, breaker("closed", "1")));
    CHECK(has(before.body, breaker("open", "0")));
    CHECK(has(before.body, breaker("half-open", "0")));

    fixture.ehr.fail(test::always("HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n"));
    for (int i = 0; i < 5; ++i) tryToReadWard(fixture);

    const auto after = fixture.operations("/metrics").body;
    CHECK(has(after, breaker("closed", "0")));
    // Which of them depends on the time since it opened.
    CHECK(has(after, breaker("open", "1")) != has(after, breaker("half-open", "1")));
    CHECK_FALSE(has(after, "breaker_openings{connection=\"general\"} 0"));
}

TEST_CASE("metrics: what an EHR remarks is counted", "[service]") {
    ServiceFixture fixture;
    fixture.readWard();
    CHECK(has(fixture.operations("/metrics").body,
              "whatmatters_connection_remarks{connection=\"general\"} 0\n"));
    fixture.ehr.fail(test::answering(
        "GET /fhir/Observation", 200,
        R"({"resourceType":"Bundle","type":"searchset","entry":[{"search":{"mode":"outcome"},)"
        R"("resource":{"resourceType":"OperationOutcome","issue":[{"severity":"information",)"
        R"("code":"informational"}]}}]})"));

    fixture.readWard();

    CHECK(has(fixture.operations("/metrics").body,
              "whatmatters_connection_remarks{connection=\"general\"} 2\n"));
}

}  // namespace service_metrics_test
