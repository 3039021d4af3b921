#include "adapters/simulator/faults.h"

#include "tests/adapters/simulator/requests.h"

namespace faults_test {

using adapters::simulator::Answer;
using adapters::simulator::Fault;
using adapters::simulator::Faults;
using adapters::simulator::Simulator;
using std::chrono::milliseconds;

namespace {

constexpr const char* kFlag =
    R"({"resourceType":"Flag","identifier":[{"system":"urn:x","value":"1"}],"status":"active",
        "code":{"text":"x"},"subject":{"reference":"Organization/ward-7-team"}})";

adapters::simulator::Options failing(const std::vector<std::string>& specs) {
    auto given = test::options(1);
    for (const auto& spec : specs) given.faults.push_back(Fault::parse(spec));
    return given;
}

/// One letter for each request: what happens to it.
std::string story(const std::vector<std::string>& specs, std::uint64_t seed, int requests = 400) {
    Faults faults(failing(specs).faults, seed);
    std::string result;
    for (int i = 0; i < requests; ++i) {
        const auto mishap = faults.next();
        result += mishap.failure ? std::to_string(static_cast<int>(mishap.failure->kind)) : ".";
        result += mishap.delay.count() > 0 ? "d" : "";
    }
    return result;
}

}  // namespace

TEST_CASE("faults: a specification is read", "[simulator]") {
    const auto status = Fault::parse("status-429:0.25");
    CHECK(status.kind == Fault::Kind::Status);
    CHECK(status.status == 429);
    CHECK(status.probability == 0.25);
    const auto delay = Fault::parse("delay-ms:800:1");
    CHECK(delay.kind == Fault::Kind::Delayed);
    CHECK(delay.delay == milliseconds(800));
    CHECK(delay.probability == 1);
    for (const char* name :
         {"reply-lost", "closed", "truncate", "empty", "token-expired", "html", "status-400"})
        CHECK(Fault::parse(std::string(name) + ":0").probability == 0);
}

TEST_CASE("faults: what is wrong with a specification is said", "[simulator]") {
    const auto [spec, why] = GENERATE(table<std::string, std::string>({
        {"", "no fault of that name"},
        {"lost:0.1", "no fault of that name"},
        {"reply-lost", "a number from 0 to 1"},
        {"reply-lost:", "a number from 0 to 1"},
        {"reply-lost:1.5", "a number from 0 to 1"},
        {"reply-lost:-0.1", "a number from 0 to 1"},
        {"reply-lost:nan", "a number from 0 to 1"},
        {"reply-lost:0.1x", "a number from 0 to 1"},
        {"reply-lost:0,1", "a number from 0 to 1"},
        {"status-200:0.1", "from 400 to 599"},
        {"status-:0.1", "from 400 to 599"},
        {"status-4x9:0.1", "from 400 to 599"},
        {"delay-ms:0.5", "from 1 to 60000 ms"},
        {"delay-ms:0:0.5", "from 1 to 60000 ms"},
        {"delay-ms:60001:0.5", "from 1 to 60000 ms"},
        {"delay-ms:5", "a number from 0 to 1"},
    }));
    const std::string given = spec;

    const auto error = test::thrown([&] { Fault::parse(given); });

    CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
    CHECK_THAT(error.what(), Catch::Contains("fault \"" + given + "\"") && Catch::Contains(why) &&
                                 Catch::Contains("reply-lost:P"));
}

TEST_CASE("faults: the same seed chooses the same requests, another seed others", "[simulator]") {
    const std::vector<std::string> specs{"reply-lost:0.1", "status-500:0.2", "delay-ms:5:0.1"};

    CHECK(story(specs, 7) == story(specs, 7));
    CHECK(story(specs, 7) != story(specs, 8));
    CHECK(story({"closed:0"}, 7) == std::string(400, '.'));
    CHECK(story({"closed:1"}, 7) == std::string(400, '1'));
    const auto lost = story({"reply-lost:0.25"}, 7, 4000);
    const auto share = std::count(lost.begin(), lost.end(), '0');
    CHECK(share > 850);
    CHECK(share < 1150);
}

TEST_CASE("faults: a request is carried out or not, as the fault says", "[simulator]") {
    using Arrives = Answer::Arrives;
    const auto [spec, created, arrives, status] =
        GENERATE(table<std::string, std::size_t, Arrives, int>({
            {"reply-lost:1", 1, Arrives::Never, 201},
            {"truncate:1", 1, Arrives::Half, 201},
            {"empty:1", 1, Arrives::Whole, 201},
            {"delay-ms:7:1", 1, Arrives::Whole, 201},
            {"closed:1", 0, Arrives::Never, 0},
            {"status-503:1", 0, Arrives::Whole, 503},
            {"status-429:1", 0, Arrives::Whole, 429},
            {"status-500:1", 0, Arrives::Whole, 500},
            {"token-expired:1", 0, Arrives::Whole, 401},
            {"html:1", 0, Arrives::Whole, 200},
        }));
    const std::string given = spec;
    CAPTURE(given);
    Simulator simulator(failing({given}));

    const auto answer = simulator.answer({"POST",
                                          fhir::Url::parse("http://ehr.example/fhir/Flag"),
                                          {{"Content-Type", "application/fhir+json"}},
                                          kFlag});

    CHECK(simulator.writes().size() == created);
    CHECK(answer.arrives == arrives);
    CHECK(answer.response.status == status);
    CHECK(answer.delay == milliseconds(given.starts_with("delay") ? 7 : 0));
    CHECK(answer.response.body.empty() == (given == "empty:1" || given == "closed:1"));
    CHECK(answer.response.headers.find("Retry-After").has_value() ==
          (status == 429 || status == 503));
}

TEST_CASE("faults: as a transport it fails as the network does", "[simulator]") {
    const std::string spec = GENERATE("reply-lost:1", "truncate:1", "closed:1");
    Simulator simulator(failing({spec}));

    const auto error = test::thrown([&] { test::get(simulator, "/metadata"); });

    CHECK(error.kind() == fhir::ErrorKind::Unavailable);
}

TEST_CASE("faults: a delay passes the time that it names, and no deadline is met after it",
          "[simulator]") {
    auto given = failing({"delay-ms:500:1"});
    std::vector<milliseconds> waits;
    given.wait = [&](milliseconds time) { waits.push_back(time); };
    const fhir::Deadline now{std::chrono::hours(1)};
    given.clock.steady = [now] { return now; };
    Simulator simulator(given);
    const fhir::http::Request request{
        "GET", fhir::Url::parse("http://ehr.example/fhir/metadata"), {}, {}};

    CHECK(simulator.send(request, now + milliseconds(501)).status == 200);
    CHECK(waits == std::vector{milliseconds(500)});
    CHECK(test::thrown([&] { simulator.send(request, now + milliseconds(499)); }).kind() ==
          fhir::ErrorKind::Unavailable);
}

TEST_CASE("faults: a server is mended, and begins to fail, while it runs", "[simulator]") {
    Simulator simulator(failing({"status-503:1"}));
    const auto status = [&] { return test::get(simulator, "/metadata").status; };
    REQUIRE(status() == 503);

    simulator.fail({});
    CHECK(status() == 200);
    simulator.fail({Fault::parse("status-429:1")});
    CHECK(status() == 429);
}

}  // namespace faults_test
