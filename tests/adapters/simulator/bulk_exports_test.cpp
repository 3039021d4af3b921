#include "adapters/simulator/bulk_exports.h"

#include <set>

#include "tests/adapters/simulator/requests.h"

namespace bulk_exports_test {

using adapters::simulator::Simulator;
using fhir::http::Response;
using test::ask;
using test::options;

namespace {

const fhir::Headers kAsync{{"Prefer", "respond-async"}, {"Accept", "application/fhir+json"}};

Response start(Simulator& simulator, const std::string& target) {
    return ask(simulator, "GET", target, {}, kAsync);
}

/// The address below the base that a header or a manifest names.
std::string below(const std::string& address) {
    REQUIRE(address.starts_with("http://ehr.example/fhir"));
    return address.substr(std::string("http://ehr.example/fhir").size());
}

std::string statusOf(Simulator& simulator, const std::string& target) {
    const auto kicked = start(simulator, target);
    REQUIRE(kicked.status == 202);
    return below(*kicked.headers.find("Content-Location"));
}

/// Every file of an export, by type.
std::map<std::string, std::string> files(Simulator& simulator, const std::string& target) {
    const auto status = statusOf(simulator, target);
    test::get(simulator, status);
    const auto document = fhir::json::Document::parse(test::get(simulator, status).body);
    std::map<std::string, std::string> result;
    for (const auto file : document.root().findArray("output"))
        result[file.at("type").string()] = ask(simulator, "GET", below(file.at("url").string()), {},
                                               {{"Accept", "application/fhir+ndjson"}})
                                               .body;
    return result;
}

std::size_t lines(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("bulk export: it is in progress first and ready then", "[simulator]") {
    Simulator simulator(options());
    const auto status = statusOf(simulator, "/Group/ward-7-patients/$export");

    const auto waiting = test::get(simulator, status);
    const auto ready = test::get(simulator, status);

    CHECK(waiting.status == 202);
    CHECK(waiting.headers.find("Retry-After") == "1");
    CHECK(ready.status == 200);
    const auto document = fhir::json::Document::parse(ready.body);
    CHECK(document.root().at("transactionTime").text() == "2026-03-10T10:00:00Z");
    CHECK(document.root().at("requiresAccessToken").boolean());
}

TEST_CASE("bulk export: a group's export holds its members and what is about them", "[simulator]") {
    Simulator simulator(options());
    const auto group = files(simulator, "/Group/ward-7-patients/$export");

    CHECK(lines(group.at("Patient")) == 24);  // and not the three who are elsewhere
    CHECK(group.at("Encounter").find("patient-9001") == std::string::npos);
    CHECK_FALSE(group.contains("Organization"));
    for (const auto& [type, text] : group)
        for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
            const auto document =
                fhir::json::Document::parse(text.substr(at, text.find('\n', at) - at));
            CHECK(document.root().at("resourceType").text() == type);
        }
    CHECK(lines(files(simulator, "/Patient/$export").at("Patient")) == 27);
    CHECK(files(simulator, "/$export").contains("Organization"));
}

TEST_CASE("bulk export: _type and _since choose", "[simulator]") {
    Simulator simulator(options());
    const auto base = std::string("/Group/ward-7-patients/$export?_type=Encounter,Patient");

    const auto chosen = files(simulator, base);
    const auto later = files(simulator, base + "&_since=2026-03-09T12:00:00Z");

    CHECK(chosen.size() == 2);
    CHECK(lines(later.at("Encounter")) < lines(chosen.at("Encounter")));
}

TEST_CASE("bulk export: it can be called off, and says what is wrong", "[simulator]") {
    Simulator simulator(options(1));
    const auto status = statusOf(simulator, "/Patient/$export");

    CHECK(ask(simulator, "DELETE", status).status == 202);
    CHECK(test::get(simulator, status).status == 404);
    CHECK(test::get(simulator, "/Patient/$export").status == 400);  // without respond-async
    CHECK(start(simulator, "/Group/nobody/$export").status == 404);
    CHECK(start(simulator, "/Encounter/$export").status == 404);
    CHECK(start(simulator, "/$export-jobs").status == 404);
    CHECK(start(simulator, "/$export-jobs/x/y/z").status == 404);
}

}  // namespace bulk_exports_test
