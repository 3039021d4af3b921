#include "adapters/simulator/simulator.h"

#include <atomic>
#include <thread>

#include "tests/adapters/simulator/requests.h"

namespace simulator_test {

using adapters::simulator::Simulator;
using test::ask;
using test::get;
using test::options;

namespace {

std::string flag(const std::string& identifier = "1") {
    return R"({"resourceType":"Flag","id":"mine","meta":{"versionId":"77","lastUpdated":
        "2001-01-01T00:00:00Z","tag":[{"code":"kept"}]},
        "identifier":[{"system":"urn:x","value":")" +
           identifier + R"("}],"status":"active","code":{"text":"x"},
        "subject":{"reference":"Organization/ward-7-team"}})";
}

std::string issueCode(const fhir::http::Response& response) {
    const auto document = fhir::json::Document::parse(response.body);
    CHECK(document.root().at("resourceType").text() == "OperationOutcome");
    return (*document.root().at("issue").array().begin()).at("code").string();
}

}  // namespace

TEST_CASE("simulator: /metadata says what it does", "[simulator]") {
    Simulator simulator(options(1));
    const auto document = fhir::json::Document::parse(get(simulator, "/metadata").body);

    const auto statement = fhir::CapabilityStatement::fromJson(document.root());

    CHECK(statement.fhirVersion == "4.0.1");
    REQUIRE(statement.resource.size() == 20);
    for (const auto& resource : statement.resource) {
        CAPTURE(resource.type);
        const bool creates = statement.supports(resource.type, "create");
        CHECK(creates == resource.conditionalCreate);
        CHECK((ask(simulator, "POST", "/" + resource.type, "{}").status == 405) == !creates);
        for (const auto& parameter : resource.searchParam) {
            const bool isDate =
                parameter == "_lastUpdated" || parameter == "date" || parameter == "authored";
            const auto value = isDate ? "2026" : "x";
            CHECK(get(simulator, "/" + resource.type + "?" + parameter + "=" + value).status ==
                  200);
        }
    }
}

TEST_CASE("simulator: every address but those of FHIR is answered as FHIR says", "[simulator]") {
    Simulator simulator(options(1));
    const auto [method, target, status, code] =
        GENERATE(table<std::string, std::string, int, std::string>({
            {"GET", "/Patient/nobody", 404, "not-found"},
            {"GET", "/Medication", 404, "not-found"},
            {"GET", "/Medication/1", 404, "not-found"},
            {"POST", "/Medication", 404, "not-found"},
            {"GET", "/patient", 404, "not-found"},
            {"GET", "/Patient/patient-1/_history/2", 404, "not-found"},
            {"GET", "/Patient/patient-1/name", 404, "not-found"},
            {"GET", "/Patient//patient-1", 404, "not-found"},
            {"PUT", "/Patient/patient-1", 405, "not-supported"},
            {"DELETE", "/Patient/patient-1", 405, "not-supported"},
            {"PATCH", "/Observation/said-1-1", 405, "not-supported"},
            {"POST", "/Patient", 405, "not-supported"},
            {"POST", "", 405, "not-supported"},
            {"POST", "/metadata", 405, "not-supported"},
            {"DELETE", "/Observation", 405, "not-supported"},
        }));
    CAPTURE(method, target);

    const auto response = ask(simulator, method, target, "{}");

    CHECK(response.status == status);
    CHECK(issueCode(response) == code);
    CHECK(response.headers.find("Allow").has_value() == (status == 405));
}

TEST_CASE("simulator: it answers below its base alone", "[simulator]") {
    Simulator simulator(options(1));
    const auto status = [&](const std::string& path) {
        return simulator.send({"GET", fhir::Url::parse("http://ehr.example" + path), {}, {}}, {})
            .status;
    };

    CHECK(status("/fhir/metadata") == 200);
    CHECK(status("/metadata") == 404);
    CHECK(status("/fhirmetadata") == 404);
    CHECK(status("/") == 404);
}

TEST_CASE("simulator: a base at the root and one with a slash work too", "[simulator]") {
    const std::string base = GENERATE("http://127.0.0.1:8081", "http://127.0.0.1:8081/a/b/");
    auto given = options(1);
    given.base = fhir::Url::parse(base);
    Simulator simulator(given);
    const auto address = base + (base.ends_with('/') ? "Patient" : "/Patient");

    const auto response = simulator.send({"GET", fhir::Url::parse(address), {}, {}}, {});

    CHECK(response.status == 200);
    CHECK(response.body.find("\"" + address + "/patient-1\"") != std::string::npos);
}

TEST_CASE("simulator: only JSON can be had and sent", "[simulator]") {
    Simulator simulator(options(1));
    const auto [accept, status] = GENERATE(table<std::string, int>({
        {"application/fhir+json", 200},
        {"application/json", 200},
        {"*/*", 200},
        {"", 200},
        {"text/html, application/*;q=0.5", 200},
        {"APPLICATION/FHIR+JSON; fhirVersion=4.0", 200},
        {"application/fhir+xml", 406},
        {"text/html", 406},
        {"application/json;q=0, text/html", 406},
    }));
    CAPTURE(accept);

    CHECK(ask(simulator, "GET", "/metadata", {}, {{"Accept", accept}}).status == status);
    CHECK(ask(simulator, "GET", "/Patient?_format=json", {}, {{"Accept", accept}}).status == 200);
    CHECK(get(simulator, "/Patient?_format=xml").status == 406);
    CHECK(ask(simulator, "POST", "/Flag", flag(), {{"Content-Type", "text/plain"}}).status == 415);
    CHECK(ask(simulator, "POST", "/Flag", flag(),
              {{"Content-Type", "application/json; charset=utf-8"}})
              .status == 201);
}

TEST_CASE("simulator: a read has its version and times", "[simulator]") {
    Simulator simulator(options(1));

    const auto response = get(simulator, "/Organization/hospital");

    CHECK(response.headers.find("ETag") == "W/\"1\"");
    CHECK(response.headers.find("Last-Modified") == "Thu, 17 Sep 2020 00:00:00 GMT");
    CHECK(response.body == get(simulator, "/Organization/hospital/_history/1").body);
    const auto head = ask(simulator, "HEAD", "/Organization/hospital");
    CHECK(head.status == 200);
    CHECK(head.body.empty());
}

TEST_CASE("simulator: a create gives an id, a version and a place", "[simulator]") {
    Simulator simulator(options(1));

    const auto response = ask(simulator, "POST", "/Flag", flag());

    CHECK(response.status == 201);
    CHECK(response.headers.find("Location") == "http://ehr.example/fhir/Flag/1001/_history/1");
    CHECK(response.headers.find("ETag") == "W/\"1\"");
    const auto document = fhir::json::Document::parse(response.body);
    CHECK(document.root().at("id").text() == "1001");
    CHECK(document.root().at("meta").toJson() ==
          R"({"versionId":"1","lastUpdated":"2026-03-10T10:00:00Z","tag":[{"code":"kept"}]})");
    CHECK(get(simulator, "/Flag/1001").body == response.body);
    CHECK(get(simulator, "/Flag/mine").status == 404);
}

TEST_CASE("simulator: Prefer says what a create answers with", "[simulator]") {
    Simulator simulator(options(1));
    const auto body = [&](const std::string& prefer) {
        return ask(simulator, "POST", "/Flag", flag(), {{"Prefer", prefer}}).body;
    };

    CHECK(body("return=minimal").empty());
    CHECK(body("return=representation").find("\"resourceType\":\"Flag\"") != std::string::npos);
    CHECK(body("return=OperationOutcome").find("information") != std::string::npos);
}

TEST_CASE("simulator: If-None-Exist makes one resource of equal creates", "[simulator]") {
    Simulator simulator(options(1));
    const fhir::Headers once{{"If-None-Exist", "identifier=urn:x%7C1"}};

    const auto first = ask(simulator, "POST", "/Flag", flag(), once);
    const auto second = ask(simulator, "POST", "/Flag", flag(), once);
    ask(simulator, "POST", "/Flag", flag());
    const auto third = ask(simulator, "POST", "/Flag", flag(), once);

    CHECK(first.status == 201);
    CHECK(second.status == 200);
    CHECK(second.headers.find("Location") == first.headers.find("Location"));
    CHECK(third.status == 412);
    CHECK(issueCode(third) == "multiple-matches");
    for (const char* condition : {"", "_count=1", "nonsense=1"})
        CHECK(ask(simulator, "POST", "/Flag", flag(), {{"If-None-Exist", condition}}).status ==
              400);
}

TEST_CASE("simulator: an update is a new version, and a stale one is refused", "[simulator]") {
    Simulator simulator(options(1));
    ask(simulator, "POST", "/Flag", flag());
    auto body = flag();
    body.replace(body.find("\"id\":\"mine\""), 11, "\"id\":\"1001\"");
    const auto put = [&](const std::string& target, const std::string& text,
                         const std::string& version) {
        return ask(simulator, "PUT", target, text,
                   {{"Content-Type", "application/fhir+json"}, {"If-Match", version}});
    };

    const auto response = put("/Flag/1001", body, "W/\"1\"");

    CHECK(response.status == 200);
    CHECK(response.headers.find("ETag") == "W/\"2\"");
    CHECK(get(simulator, "/Flag/1001").body == response.body);
    CHECK(get(simulator, "/Flag/1001/_history/1").headers.find("ETag") == "W/\"1\"");
    CHECK(get(simulator, "/Flag/1001/_history/3").status == 404);
    CHECK(get(simulator, "/Flag?_count=0").body.find("\"total\":1") != std::string::npos);
    CHECK(put("/Flag/1001", body, "W/\"1\"").status == 412);
    CHECK(put("/Flag/1001", flag(), "W/\"2\"").status == 400);
    CHECK(put("/Flag/nobody", body, "W/\"1\"").status == 404);
    REQUIRE(simulator.writes().size() == 1);
    CHECK(simulator.writes()[0].created == 1);
    CHECK(simulator.writes()[0].updated == 1);
}

TEST_CASE("simulator: what is deleted is gone, and said to be", "[simulator]") {
    Simulator simulator(options(1));
    ask(simulator, "POST", "/Flag", flag());

    CHECK(ask(simulator, "DELETE", "/Flag/1001").status == 204);

    CHECK(get(simulator, "/Flag/1001").status == 410);
    CHECK(get(simulator, "/Flag/1001/_history/1").status == 200);
    CHECK(get(simulator, "/Flag?_count=0").body.find("\"total\":0") != std::string::npos);
    CHECK(ask(simulator, "DELETE", "/Flag/1001").status == 204);  // R4: no error
    CHECK(ask(simulator, "DELETE", "/Encounter/encounter-1").status == 405);
    REQUIRE(simulator.writes().size() == 1);
    CHECK(simulator.writes()[0].created == 1);
    CHECK(simulator.writes()[0].removed == 1);
}

TEST_CASE("simulator: equal creates at the same time make one resource", "[simulator]") {
    Simulator simulator(options(1));
    std::atomic<int> created{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < 20; ++n) {
                const auto id = std::to_string(n);
                const auto response = ask(simulator, "POST", "/Flag", flag(id),
                                          {{"If-None-Exist", "identifier=urn:x%7C" + id}});
                if (response.status == 201) ++created;
                get(simulator, "/Flag?_count=3");
            }
        });
    for (auto& thread : threads) thread.join();

    CHECK(created == 20);
    CHECK(get(simulator, "/Flag?_count=0").body.find("\"total\":20") != std::string::npos);
}

TEST_CASE("simulator: it is bounded", "[simulator]") {
    Simulator simulator(options(1));
    const std::string large(1024 * 1024 + 1, ' ');

    CHECK(ask(simulator, "POST", "/Flag", large).status == 413);
    for (const int patients : {0, -1, 5001})
        CHECK(test::thrown([&] { Simulator{options(patients)}; }).path() == "/patients");
}

}  // namespace simulator_test
