#include "plugin/cli/simulated_ehr.h"

#include <catch2/catch.hpp>

#include "fhir/base/error.h"
#include "tests/cli/command_line.h"

namespace simulated_ehr_test {

using adapters::simulator::Fault;
using plugin::cli::SimulatedEhr;

namespace {

/// One request over the wire; nullopt where no whole answer came.
std::optional<fhir::http::Response> ask(const std::string& address, const std::string& body = {}) {
    const auto transport = fhir::http::makeTransport();
    const auto method = body.empty() ? "GET" : "POST";
    try {
        return transport->send(
            {method, fhir::Url::parse(address), {{"Content-Type", "application/fhir+json"}}, body},
            fhir::deadlineIn(std::chrono::seconds(20)));
    } catch (const fhir::Error& error) {
        CHECK(error.kind() == fhir::ErrorKind::Unavailable);
        return std::nullopt;
    }
}

constexpr const char* kFlag =
    R"({"resourceType":"Flag","identifier":[{"system":"urn:x","value":"1"}],"status":"active",
        "code":{"text":"x"},"subject":{"reference":"Organization/ward-7-team"}})";

}  // namespace

TEST_CASE("simulated EHR: an answer that is to be lost does not come, what was asked is done",
          "[cli]") {
    const auto [spec, created] = GENERATE(table<std::string, std::string>(
        {{"reply-lost:1", "1"}, {"truncate:1", "1"}, {"closed:1", "0"}}));
    const SimulatedEhr ehr({.port = 0, .patients = 1, .faults = {Fault::parse(spec)}});

    CHECK_FALSE(ask(ehr.base() + "/Flag", kFlag));

    const auto origin = fhir::Url::parse(ehr.base()).origin();
    const auto writes = ask(origin + "/simulator/writes");
    REQUIRE(writes);
    CHECK(writes->body.starts_with("{\"total\":" + created + ","));
}

TEST_CASE("simulated EHR: a delayed answer comes whole", "[cli]") {
    const SimulatedEhr ehr({.port = 0, .patients = 1, .faults = {Fault::parse("delay-ms:1:1")}});

    const auto response = ask(ehr.base() + "/Flag", kFlag);

    REQUIRE(response);
    CHECK(response->status == 201);
    CHECK(ehr.writes() == 1);
}

}  // namespace simulated_ehr_test
