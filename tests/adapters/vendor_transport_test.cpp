#include "adapters/vendor_transport.h"

#include "tests/support/hospital_fixture.h"

namespace vendor_transport_test {

using fhir::ErrorKind;
using fhir::http::Request;
using test::answer;
using test::thrown;
using namespace std::chrono_literals;

namespace {

/// A vendor's server behind its transport, with a clock that moves when somebody sleeps.
struct Server {
    explicit Server(const std::string& fields, int status = 200, const std::string& wait = {}) {
        auto next = std::make_unique<test::Wire>([status, wait](const Request&) {
            auto response = answer(status);
            if (!wait.empty()) response.headers.set("Retry-After", wait);
            return response;
        });
        wire = next.get();
        fhir::Clock clock;
        clock.now = [this] { return now; };
        clock.steady = [this] { return steady; };
        transport = std::make_unique<adapters::VendorTransport>(
            std::move(next),
            adapters::vendorProfile("generic").with(
                fhir::json::Document::parse("{" + fields + "}").root()),
            test::kBase, clock, [this](std::chrono::milliseconds span) {
                slept += span;
                now += span;
                steady += span;
            });
    }
    void send(const std::string& url, const std::string& method = "GET",
              const std::string& body = "") {
        transport->send({method, fhir::Url::parse(url), {}, body}, steady + 90s);
    }

    fhir::Instant now = test::kNow + 20s;
    fhir::Deadline steady{};
    std::chrono::milliseconds slept{};
    test::Wire* wire = nullptr;
    std::unique_ptr<adapters::VendorTransport> transport;
};

constexpr const char* kPractice = R"("queryParameters":{"ah-practice":"Organization/a-1"})";

}  // namespace

TEST_CASE("vendor transport: the vendor's parameters are on every request below the base",
          "[adapters]") {
    const auto [url, expected] = GENERATE(table<std::string, std::string>({
        {"http://ehr.example/fhir/Patient/1", "ah-practice=Organization%2Fa-1"},
        {"http://ehr.example/fhir/Patient?_id=1", "_id=1&ah-practice=Organization%2Fa-1"},
        {"http://ehr.example/fhir/Patient?ah-practice=x", "ah-practice=x"},
        {"http://ehr.example/fhirx/Patient", ""},
        {"http://ehr.example/token", ""},
        {"http://other.example/fhir/Patient", ""},
    }));
    Server server(kPractice);

    server.send(url);

    CHECK(server.wire->requests.at(0).url.query == expected);
}

TEST_CASE("vendor transport: a create carries the key by which it is known again", "[adapters]") {
    const auto [method, body, expected] = GENERATE(table<std::string, std::string, std::string>({
        {"POST", R"({"identifier":[{"value":"7"},{"value":"urn:uuid:3f0c6f52"}]})", "3f0c6f52"},
        {"POST", R"({"identifier":{"value":"urn:uuid:3f0c6f52"}})", "3f0c6f52"},
        {"POST", R"({"identifier":[{"value":"7"}]})", ""},
        {"POST", "grant_type=client_credentials", ""},
        {"PUT", R"({"identifier":[{"value":"urn:uuid:3f0c6f52"}]})", ""},
    }));
    Server server(R"("idempotencyHeader":"X-Request-ID")");

    server.send("http://ehr.example/fhir/Observation", method, body);

    CHECK(server.wire->requests.at(0).headers.find("X-Request-ID").value_or("") == expected);
}

TEST_CASE("vendor transport: each request has an id of its own, a create the one it is known by",
          "[adapters]") {
    Server server(R"("requestIdHeader":"X-Request-ID","idempotencyHeader":"X-Request-ID")");
    const auto id = [&](std::size_t index) {
        return server.wire->requests.at(index).headers.find("X-Request-ID").value_or("");
    };

    for (int i = 0; i < 2; ++i) server.send("http://ehr.example/fhir/Patient/1");
    server.send("http://ehr.example/fhir/Flag", "POST",
                R"({"identifier":[{"value":"urn:uuid:3f0c6f52"}]})");
    server.send("http://ehr.example/token", "POST", "grant_type=client_credentials");

    CHECK(id(0).size() == 36);
    CHECK(id(1).size() == 36);
    CHECK(id(0) != id(1));
    CHECK(id(2) == "3f0c6f52");
    CHECK(id(3).empty());  // the token address is not below the base
}

TEST_CASE("vendor transport: what would be too much for a minute waits for the next",
          "[adapters]") {
    Server server(R"("requestsPerMinute":2)");

    for (int i = 0; i < 5; ++i) server.send("http://ehr.example/token");

    CHECK(server.wire->requests.size() == 5);
    CHECK(server.slept == 100s);  // 40 seconds to the end of the first minute, and one more
}

TEST_CASE("vendor transport: a request that cannot wait so long is told when", "[adapters]") {
    Server server(R"("requestsPerMinute":1)");
    server.send("http://ehr.example/fhir/Patient/1");

    const auto error = thrown([&] {
        server.transport->send(
            {"GET", fhir::Url::parse("http://ehr.example/fhir/metadata"), {}, ""},
            server.steady + 10s);
    });

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK(error.retryAfter() == 40s);
    CHECK(error.status() == 429);
    CHECK(server.wire->requests.size() == 1);
}

TEST_CASE("vendor transport: a 429 ends the minute", "[adapters]") {
    Server server(R"("requestsPerMinute":100)", 429);
    server.send("http://ehr.example/fhir/Patient/1");
    CHECK(server.slept == 0s);

    server.send("http://ehr.example/fhir/Patient/1");

    CHECK(server.slept == 40s);
}

TEST_CASE("vendor transport: a 429 that says how long leaves the minute as it is", "[adapters]") {
    Server server(R"("requestsPerMinute":100)", 429, "2");

    for (int i = 0; i < 2; ++i) server.send("http://ehr.example/fhir/Patient/1");

    CHECK(server.slept == 0s);  // who sends again waits for that long
}

TEST_CASE("vendor transport: without a limit nothing waits", "[adapters]") {
    Server server(R"("requestsPerMinute":0)", 429);

    for (int i = 0; i < 300; ++i) server.send("http://ehr.example/fhir/Patient/1");

    CHECK(server.slept == 0s);
}

}  // namespace vendor_transport_test
