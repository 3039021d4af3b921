#include "fhir/smart/token_source.h"

#include <atomic>
#include <future>
#include <thread>

#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace token_source_test {

using namespace std::chrono_literals;
using fhir::ErrorKind;
using fhir::Url;
using fhir::smart::Discovery;
using fhir::smart::Scopes;
using fhir::smart::TokenSource;
using fhir::smart::TokenSourceOptions;

namespace {

const auto kBase = Url::parse("https://ehr.example/fhir");
const std::string kConfiguration =
    R"({"token_endpoint":"https://auth.example/token","capabilities":["permission-v2"]})";

fhir::http::Response token(const std::string& name, const std::string& more = {}) {
    return test::reply(200, R"({"access_token":")" + name + "\"" + more + "}");
}

TokenSourceOptions usual() {
    TokenSourceOptions options;
    options.identity = [] { return fhir::smart::ClientIdentity{.clientId = "us"}; };
    options.needed = Scopes::parse("system/Patient.rs system/Observation.crs");
    return options;
}

struct World {
    explicit World(TokenSourceOptions given = usual()) : options(std::move(given)) {}

    test::FakeTransport transport;
    fhir::Deadline now{};
    fhir::Clock clock{.steady = [this] { return now; }};
    Discovery discovery{transport, kBase, clock};
    TokenSourceOptions options;
    TokenSource source{transport, discovery, options, clock};

    std::string authorization() { return source.authorization().reveal(); }
    std::string asked(std::size_t index) const {
        return fhir::Query::parse(transport.requests.at(index).body).find("scope").value_or("");
    }
};

}  // namespace

TEST_CASE("token source: a token serves until shortly before its end (SMART 93, 263, 264)",
          "[smart]") {
    const auto [more, used] = GENERATE(table<std::string, std::chrono::seconds>({
        {R"(,"expires_in":300)", 270s},
        {R"(,"expires_in":3600)", 3540s},
        {R"(,"expires_in":10)", 9s},
        {"", 270s},  // unsaid: five minutes
        {R"(,"expires_in":9999999)", 24h - 60s},
    }));
    World world;
    world.transport.then(test::reply(200, kConfiguration));
    world.transport.then(token("one", more));

    CHECK(world.authorization() == "Bearer one");
    world.now += used - 1ms;
    CHECK(world.authorization() == "Bearer one");
    CHECK(world.transport.requests.size() == 2);
    if (used >= 1h) world.transport.then(test::reply(200, kConfiguration));
    world.transport.then(token("two", more));
    world.now += 1ms;
    CHECK(world.authorization() == "Bearer two");
}

TEST_CASE("token source: what is needed is compared with what is granted (SMART 147)", "[smart]") {
    World world;
    world.transport.then(test::reply(200, kConfiguration));
    world.transport.then(token("one", R"(,"scope":"system/Patient.rs system/Observation.r")"));

    const auto grant = world.source.grant(fhir::deadlineIn(5s));

    CHECK(world.asked(1) == "system/Patient.rs system/Observation.crs");
    CHECK(grant->missing.text(fhir::smart::ScopeSyntax::V2) == "system/Observation.cs");
    CHECK_FALSE(grant->lifetimeWasSaid);
    CHECK(grant->lifetime == 300s);
}

TEST_CASE(
    "token source: where the server grants what is registered, nothing is asked for and the "
    "grant is compared all the same",
    "[smart]") {
    const auto [said, missing] = GENERATE(table<std::string, std::string>({
        {R"(,"scope":"system/Patient.rs system/Observation.r")", "system/Observation.cs"},
        {"", ""},  // unsaid: nothing is known to be missing
    }));
    auto given = usual();
    given.asksForScopes = false;
    World world(given);
    world.transport.then(test::reply(200, kConfiguration));
    world.transport.then(token("one", said));

    const auto grant = world.source.grant(fhir::deadlineIn(5s));

    CHECK_FALSE(fhir::Query::parse(world.transport.requests.at(1).body).find("scope"));
    CHECK(grant->missing.text(fhir::smart::ScopeSyntax::V2) == missing);
}

TEST_CASE("token source: scopes are written as the server lists, or as the site says", "[smart]") {
    using fhir::smart::ScopeSyntax;
    const auto [capability, site, asked] =
        GENERATE(table<std::string, std::optional<ScopeSyntax>, std::string>({
            {"permission-v2", {}, "system/Patient.rs"},
            {"permission-v1", {}, "system/Patient.read"},
            {"permission-v2", ScopeSyntax::V1, "system/Patient.read"},
            {"permission-v1", ScopeSyntax::V2, "system/Patient.rs"},
        }));
    auto given = usual();
    given.needed = Scopes::parse("system/Patient.rs");
    given.syntax = site;
    World world(given);
    world.transport.then(
        test::reply(200, R"({"token_endpoint":"https://auth.example/token","capabilities":[")" +
                             capability + "\"]}"));
    world.transport.then(token("one"));

    world.authorization();

    CHECK(world.asked(1) == asked);
}

TEST_CASE("token source: a site that says the address needs no discovery", "[smart]") {
    auto given = usual();
    given.tokenUrl = Url::parse("https://elsewhere.example/token");
    World world(given);
    world.transport.then(test::reply(404)).then(test::reply(404)).then(token("one"));

    CHECK(world.authorization() == "Bearer one");
    CHECK(world.transport.requests.back().url.text() == "https://elsewhere.example/token");
    CHECK(world.asked(2) == "system/Patient.read system/Observation.read system/Observation.write");
}

TEST_CASE("token source: a token refused with 401 is given up once, and not over and over",
          "[smart]") {
    World world;
    world.transport.then(test::reply(200, kConfiguration));
    for (int i = 0; i < 10; ++i) world.transport.then(token("t" + std::to_string(i)));
    const auto first = world.source.authorization();

    CHECK(world.source.reject(first));
    CHECK(world.authorization() == "Bearer t1");
    // A second thread that was refused with the old one finds the new one there.
    CHECK(world.source.reject(first));
    CHECK(world.authorization() == "Bearer t1");
    int renewed = 1;
    while (world.source.reject(world.source.authorization())) ++renewed;
    CHECK(renewed == TokenSource::kRenewalsPerMinute);
    world.now += 1min;
    CHECK(world.source.reject(world.source.authorization()));
}

TEST_CASE("token source: a refusal is not asked for again at once", "[smart]") {
    const auto [answer, pause, kind] =
        GENERATE(table<fhir::http::Response, std::chrono::seconds, ErrorKind>({
            {test::reply(401, R"({"error":"invalid_client"})"), 10s, ErrorKind::Unauthorized},
            {test::reply(503), 1s, ErrorKind::Unavailable},
            {test::reply(503, "", {{"Retry-After", "30"}}), 30s, ErrorKind::Unavailable},
            {test::reply(503, "", {{"Retry-After", "9999"}}), 300s, ErrorKind::Unavailable},
        }));
    World world;
    world.transport.then(test::reply(200, kConfiguration)).then(answer).then(token("one"));

    CHECK(test::thrown([&] { world.authorization(); }).kind() == kind);
    world.now += pause - 1ms;
    CHECK(test::thrown([&] { world.authorization(); }).kind() == kind);
    CHECK(world.transport.requests.size() == 2);
    world.now += 1ms;
    CHECK(world.authorization() == "Bearer one");
}

TEST_CASE("token source: what a token server says is never taken for the FHIR server's word",
          "[smart]") {
    const auto [answer, kind] = GENERATE(table<fhir::http::Response, ErrorKind>({
        {test::reply(400, R"({"error":"invalid_scope"})"), ErrorKind::Unauthorized},
        {test::reply(400, R"({"error":"invalid_request"})"), ErrorKind::Unauthorized},
        {test::reply(404), ErrorKind::Unauthorized},
        {test::reply(409), ErrorKind::Unauthorized},
        {test::reply(200, "<html>"), ErrorKind::Unauthorized},
        {test::reply(502), ErrorKind::Unavailable},
    }));
    World world;
    world.transport.then(test::reply(200, kConfiguration)).then(answer);

    CHECK(test::thrown([&] { world.authorization(); }).kind() == kind);
}

TEST_CASE("token source: a server that names no address where tokens are", "[smart]") {
    World world;
    world.transport.then(test::reply(200, R"({"token_endpoint":"http://auth.example/token"})"));

    const auto grant = [&] { world.source.grant(fhir::deadlineIn(5s)); };
    CHECK(test::thrown(grant).kind() == ErrorKind::NotFound);
    CHECK(world.transport.requests.size() == 1);
}

namespace {

class SlowTransport final : public fhir::http::Transport {
public:
    fhir::http::Response send(const fhir::http::Request& request, fhir::Deadline) override {
        if (request.method == "GET") return test::reply(200, kConfiguration);
        if (++count == 1) asked.set_value();
        released.wait();
        return token("one", R"(,"expires_in":300)");
    }

    std::atomic<int> count = 0;
    std::promise<void> asked, release;
    std::shared_future<void> released = release.get_future().share();
};

}  // namespace

TEST_CASE("token source: however many threads ask, one request goes out", "[smart]") {
    SlowTransport transport;
    Discovery discovery(transport, kBase);
    TokenSource source(transport, discovery, usual());
    std::atomic<int> right = 0;
    std::vector<std::jthread> threads;
    const auto ask = [&] {
        if (source.authorization().reveal() == "Bearer one") ++right;
    };

    threads.emplace_back(ask);
    transport.asked.get_future().wait();
    for (int i = 0; i < 7; ++i) threads.emplace_back(ask);
    const auto late = test::thrown([&] { source.grant(fhir::deadlineIn(1ms)); });
    transport.release.set_value();
    threads.clear();

    CHECK(late.kind() == ErrorKind::Unavailable);
    CHECK(right == 8);
    CHECK(transport.count == 1);
}

}  // namespace token_source_test
