#include "fhir/client/retry.h"

#include <set>

#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace retry_test {

using fhir::Deadline;
using fhir::Error;
using fhir::ErrorKind;
using fhir::Headers;
using fhir::Repeatable;
using fhir::RetryingTransport;
using fhir::RetryPolicy;
using fhir::Url;
using fhir::http::Request;
using test::FakeTransport;
using test::reply;
using test::thrown;
using namespace std::chrono_literals;
using Waits = std::vector<std::chrono::milliseconds>;

namespace {

Request request(const std::string& method, Headers headers = {},
                const std::string& path = "/fhir/Observation") {
    return {method, Url::parse("https://ehr.example" + path), std::move(headers), {}};
}

/// Every way in which the first attempt may fail, and then an answer.
struct World {
    FakeTransport network;
    Waits waits;
    double chance = 1;
    bool goOn = true;
    Deadline now = std::chrono::steady_clock::now();
    RetryPolicy policy;

    RetryingTransport transport() {
        RetryingTransport::World world;
        world.clock.steady = [this] { return now; };
        world.random = [this] { return chance; };
        world.pause = [this](std::chrono::milliseconds span) {
            waits.push_back(span);
            now += span;
            return goOn;
        };
        return RetryingTransport(network, policy, world);
    }
    int status(const Request& request, std::chrono::milliseconds allowed = 1h) {
        return transport().send(request, now + allowed).status;
    }
    Error failure(const Request& request, std::chrono::milliseconds allowed = 1h) {
        return thrown([&] { transport().send(request, now + allowed); });
    }
};

const Error kNoAnswer(ErrorKind::Unavailable, "no answer");

}  // namespace

TEST_CASE("retry: which request may be repeated", "[fhir]") {
    const auto [method, headers, path, expected] =
        GENERATE(table<std::string, Headers, std::string, Repeatable>({
            {"GET", {}, "/fhir/Patient/1", Repeatable::Always},
            {"HEAD", {}, "/fhir/Patient/1", Repeatable::Always},
            {"DELETE", {}, "/fhir/Patient/1", Repeatable::Always},
            {"POST", {}, "/fhir/Patient/_search", Repeatable::Always},
            {"PUT", {}, "/fhir/Patient/1", Repeatable::WhenRefused},
            {"PUT", {{"If-Match", "W/\"1\""}}, "/fhir/Patient/1", Repeatable::WhenRefused},
            {"PATCH", {{"If-Match", "W/\"1\""}}, "/fhir/Patient/1", Repeatable::WhenRefused},
            {"POST", {{"If-None-Exist", "identifier=x|y"}}, "/fhir/Flag", Repeatable::WhenRefused},
            {"PATCH", {}, "/fhir/Patient/1", Repeatable::Never},
            {"POST", {}, "/fhir/Observation", Repeatable::Never},
            {"POST", {}, "/fhir", Repeatable::Never},
            {"POST", {}, "/token", Repeatable::Never},
        }));

    CHECK(fhir::repeatable(request(method, headers, path)) == expected);
}

TEST_CASE("retry: a token of our own is asked for again where the server was too busy", "[fhir]") {
    const auto [grant, expected] = GENERATE(table<std::string, Repeatable>({
        {"client_credentials", Repeatable::WhenRefused},
        {"authorization_code", Repeatable::Never},  // a code is good once
        {"refresh_token", Repeatable::Never},       // and so may this be
    }));
    auto asked = request("POST", {}, "/token");
    asked.body = "grant_type=" + grant + "&scope=system%2FPatient.rs";

    CHECK(fhir::repeatable(asked) == expected);
}

TEST_CASE("retry: a read goes on until it is answered", "[fhir]") {
    World world;
    const int status = GENERATE(408, 425, 429, 502, 503, 504, 0);
    if (status == 0)
        world.network.then(kNoAnswer);
    else
        world.network.then(reply(status));
    world.network.then(reply(200));

    CHECK(world.status(request("GET")) == 200);
    CHECK(world.waits.size() == 1);
}

TEST_CASE("retry: an answer that will not change is given back at once", "[fhir]") {
    World world;
    const int status = GENERATE(200, 201, 304, 400, 401, 403, 404, 409, 410, 412, 422, 500, 501);
    world.network.then(reply(status));

    CHECK(world.status(request("GET")) == status);
    CHECK(world.waits.empty());
}

TEST_CASE("retry: a write in doubt is not repeated, one that was refused is", "[fhir]") {
    const auto write = GENERATE(request("PUT"), request("POST", {{"If-None-Exist", "a=b"}}));

    for (const int status : {408, 425, 500, 502, 504}) {
        World world;
        world.network.then(reply(status));
        CHECK(world.status(write) == status);
    }
    World lost;
    lost.network.then(kNoAnswer);
    CHECK(lost.failure(write).kind() == ErrorKind::Unavailable);
    CHECK(lost.network.requests.size() == 1);
    for (const int status : {429, 503}) {
        World world;
        world.network.then(reply(status)).then(reply(201));
        CHECK(world.status(write) == 201);
    }
}

TEST_CASE("retry: an unconditional create is never repeated", "[fhir]") {
    for (const int status : {429, 502, 503}) {
        World world;
        world.network.then(reply(status, {}, {{"Retry-After", "0"}}));
        CHECK(world.status(request("POST")) == status);
        CHECK(world.network.requests.size() == 1);
    }
    World lost;
    lost.network.then(kNoAnswer);
    CHECK(lost.failure(request("POST")).kind() == ErrorKind::Unavailable);
    CHECK(lost.network.requests.size() == 1);
}

TEST_CASE("retry: what cannot be read is not asked for again", "[fhir]") {
    World world;
    world.network.then(Error(ErrorKind::BadReply, "not HTTP"));

    CHECK(world.failure(request("GET")).kind() == ErrorKind::BadReply);
    CHECK(world.network.requests.size() == 1);
}

TEST_CASE("retry: waits longer and longer, a random part of it", "[fhir]") {
    World world;
    world.policy = {.attemptsMax = 6, .first = 100ms, .longest = 1000ms};
    world.chance = GENERATE(1.0, 0.5, 0.0);
    for (int i = 0; i < 6; ++i) world.network.then(kNoAnswer);

    CHECK(world.failure(request("GET")).kind() == ErrorKind::Unavailable);

    Waits expected;
    for (const int most : {100, 200, 400, 800, 1000})
        expected.emplace_back(static_cast<int>(most * world.chance));
    CHECK(world.waits == expected);
    CHECK(world.network.isDone());
}

TEST_CASE("retry: waits no shorter than the server asks", "[fhir]") {
    const auto [headers, expected] = GENERATE(table<Headers, std::chrono::milliseconds>({
        {{{"Retry-After", "1"}}, 1000ms},
        {{{"Retry-After", "0"}}, 100ms},
        {{{"x-ms-retry-after-ms", "321"}}, 321ms},
        {{{"x-ms-retry-after-ms", "321"}, {"Retry-After", "1"}}, 321ms},
        {{{"Retry-After", "Sat, 07 Mar 2026 08:15:01 GMT"},
          {"Date", "Sat, 07 Mar 2026 08:15:00 GMT"}},
         1000ms},
        {{{"Retry-After", "soon"}}, 100ms},
    }));
    World world;
    world.policy = {.attemptsMax = 2, .first = 100ms, .longest = 2s};
    world.network.then(reply(429, {}, headers)).then(reply(200));

    CHECK(world.status(request("GET")) == 200);
    CHECK(world.waits == Waits{expected});
}

TEST_CASE("retry: gives the answer back where the wait would be too long", "[fhir]") {
    World world;
    world.policy.longest = 2s;
    world.network.then(reply(503, {}, {{"Retry-After", "3"}}));

    CHECK(world.status(request("GET")) == 503);
    CHECK(world.waits.empty());
}

TEST_CASE("retry: one deadline holds for all attempts and waits", "[fhir]") {
    World world;
    world.policy = {.attemptsMax = 10, .first = 1s, .longest = 1s};
    for (int i = 0; i < 3; ++i) world.network.then(kNoAnswer);
    const auto deadline = world.now + 2500ms;

    CHECK(world.failure(request("GET"), 2500ms).kind() == ErrorKind::Unavailable);

    CHECK(world.waits == Waits{1s, 1s});
    CHECK(world.network.isDone());
    for (const auto& given : world.network.deadlines) CHECK(given == deadline);
}

TEST_CASE("retry: a pause that is interrupted is the last one", "[fhir]") {
    World world;
    world.goOn = false;
    world.network.then(kNoAnswer);

    CHECK(world.failure(request("GET")).kind() == ErrorKind::Unavailable);
    CHECK(world.waits.size() == 1);
}

TEST_CASE("retry: a stream is repeated until its sink has something", "[fhir]") {
    /// Gives a part and then fails, from the given attempt on.
    struct Breaking final : fhir::http::Transport {
        fhir::http::Response send(const Request&, Deadline) override { return {}; }
        fhir::http::Response stream(const Request&, Deadline,
                                    const fhir::http::BodySink& sink) override {
            if (++attempts >= givesFrom) sink("part");
            throw kNoAnswer;
        }
        int attempts = 0, givesFrom = 0;
    } network;
    RetryingTransport::World still;
    still.pause = [](auto) { return true; };
    RetryingTransport transport(network, {.attemptsMax = 4, .first = 1ms, .longest = 1ms}, still);
    std::string got;
    const auto stream = [&] {
        transport.stream(request("GET"), Deadline::max(), [&](auto part) { got += part; });
    };

    network.givesFrom = 3;
    CHECK(thrown(stream).kind() == ErrorKind::Unavailable);
    CHECK(network.attempts == 3);
    CHECK(got == "part");
}

TEST_CASE("retry: its own chance is one, and different each time", "[fhir]") {
    const auto random = RetryingTransport::World().random;
    std::set<double> seen;
    for (int i = 0; i < 100; ++i) seen.insert(random());

    CHECK(seen.size() > 90);
    CHECK(*seen.begin() >= 0);
    CHECK(*seen.rbegin() < 1);
}

}  // namespace retry_test
