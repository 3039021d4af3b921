#include "tests/cli/command_line.h"

using tests::at;
using tests::has;

namespace {

const std::vector<std::string> kSteps{"tls",   "metadata",    "smart-configuration",
                                      "token", "scopes",      "worklist",
                                      "read",  "write-route", "flag-route"};

}  // namespace

TEST_CASE("check: the steps in their order, then whether it is ready", "[cli]") {
    tests::Ehr ehr(3);
    const tests::Site site(ehr.base());

    const auto outcome = site.run({"check", "--json"});

    INFO(outcome.out << outcome.err);
    CHECK(outcome.exit == 0);
    const auto lines = outcome.lines();
    REQUIRE(lines.size() == kSteps.size() + 1);
    for (std::size_t i = 0; i < kSteps.size(); ++i) {
        CHECK(at(lines[i], "/connection") == "general");
        CHECK(at(lines[i], "/step") == kSteps[i]);
        CHECK(at(lines[i], "/detail") != "");
    }
    for (const std::size_t i : {1U, 5U, 6U, 7U, 8U}) CHECK(at(lines[i], "/result") == "pass");
    for (const std::size_t i : {0U, 2U, 3U, 4U}) CHECK(at(lines[i], "/result") == "skip");
    CHECK(lines.back() == R"({"connection":"general","ready":true})");
    CHECK(ehr.count("POST") == 0);
    CHECK(ehr.count("PUT") == 0);
    CHECK_FALSE(has(outcome.out, "patient-"));
}

TEST_CASE("check: an EHR that cannot be reached fails step by step", "[cli]") {
    const tests::Site site("http://127.0.0.1:" + std::to_string(tests::closedPort()) + "/fhir");

    const auto outcome = site.run({"check", "--json"});

    CHECK(outcome.exit == 3);
    const auto lines = outcome.lines();
    REQUIRE(lines.size() == kSteps.size() + 1);
    CHECK(at(lines[1], "/result") == "fail");
    CHECK(at(lines[5], "/result") == "fail");
    CHECK(at(lines.back(), "/ready") == "false");
}

TEST_CASE("check: an EHR that refuses is not ready", "[cli]") {
    tests::Ehr ehr(1);
    ehr.fail([](tests::Connection& connection, const std::string& line) {
        if (line.starts_with("GET /fhir/metadata")) return false;
        return connection.send(tests::answer(401, "", "Connection: close\r\n"));
    });
    const tests::Site site(ehr.base());

    const auto outcome = site.run({"check", "--json"});

    CHECK(outcome.exit == 1);
    const auto lines = outcome.lines();
    REQUIRE(lines.size() == kSteps.size() + 1);
    CHECK(at(lines[1], "/result") == "pass");
    CHECK(at(lines[5], "/result") == "fail");
}

TEST_CASE("check: an unknown connection is answered with the known ones", "[cli]") {
    const tests::Site site("http://127.0.0.1:1/fhir");

    const auto outcome = site.run({"check", "--connection", "genral"});

    CHECK(outcome.exit == 2);
    CHECK(has(outcome.err, "it has: general"));
}
