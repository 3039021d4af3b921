#include "fhir/client/circuit_breaker.h"

#include <thread>

#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace circuit_breaker_test {

using Catch::Matchers::Contains;
using fhir::CircuitBreaker;
using fhir::Deadline;
using fhir::Error;
using fhir::ErrorKind;
using fhir::Url;
using test::FakeTransport;
using test::reply;
using test::thrown;
using namespace std::chrono_literals;
using State = CircuitBreaker::State;

namespace {

struct World {
    FakeTransport network;
    Deadline now = std::chrono::steady_clock::now();
    CircuitBreaker breaker{network,
                           Url::parse("https://ehr.example/fhir"),
                           {.failuresMax = 3, .openFor = 10s},
                           clock()};

    fhir::Clock clock() {
        fhir::Clock clock;
        clock.steady = [this] { return now; };
        return clock;
    }
    int ask(const std::string& url = "https://ehr.example/fhir/Patient/1") {
        return breaker.send({"GET", Url::parse(url), {}, {}}, Deadline::max()).status;
    }
    Error failure() {
        return thrown([this] { ask(); });
    }
    World& fails(int times) {
        for (int i = 0; i < times; ++i) {
            network.then(Error(ErrorKind::Unavailable, "no answer"));
            CHECK(std::string(failure().what()) == "no answer");
        }
        return *this;
    }
};

}  // namespace

TEST_CASE("circuit breaker: opens after failures one after the other", "[fhir]") {
    World world;
    world.fails(2);
    world.network.then(reply(404));
    CHECK(world.ask() == 404);
    world.fails(2);
    CHECK(world.breaker.state() == State::Closed);
    world.network.then(reply(503));
    CHECK(world.ask() == 503);

    CHECK(world.breaker.state() == State::Open);
    CHECK(world.breaker.openings() == 1);
    world.now += 4s;
    const auto error = world.failure();
    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK(error.retryAfter() == 6s);
    CHECK_THAT(error.what(), Contains("https://ehr.example did not answer"));
    CHECK(world.network.isDone());
}

TEST_CASE("circuit breaker: what shows that somebody is there does not open it", "[fhir]") {
    World world;
    for (const int status : {200, 400, 401, 404, 429, 500, 501})
        for (int i = 0; i < 4; ++i) {
            world.network.then(reply(status));
            CHECK(world.ask() == status);
        }
    for (int i = 0; i < 4; ++i) {
        world.network.then(Error(ErrorKind::BadReply, "not HTTP"));
        CHECK(world.failure().kind() == ErrorKind::BadReply);
    }

    CHECK(world.breaker.state() == State::Closed);
}

TEST_CASE("circuit breaker: one request decides whether it closes again", "[fhir]") {
    World world;
    world.fails(3);
    world.now += 10s;
    CHECK(world.breaker.state() == State::HalfOpen);

    SECTION("it is answered") {
        world.network.then(reply(200)).then(reply(200));
        CHECK(world.ask() == 200);
        CHECK(world.breaker.state() == State::Closed);
        CHECK(world.ask() == 200);
        world.fails(2);
        CHECK(world.breaker.state() == State::Closed);
    }
    SECTION("it is not") {
        world.fails(1);
        CHECK(world.breaker.state() == State::Open);
        CHECK(world.breaker.openings() == 2);
        CHECK_THAT(world.failure().what(), Contains("did not answer lately"));
    }
    CHECK(world.network.isDone());
}

TEST_CASE("circuit breaker: while one request decides, the others are not sent", "[fhir]") {
    /// Answers only once the others were turned away.
    struct Slow final : fhir::http::Transport {
        fhir::http::Response send(const fhir::http::Request&, Deadline) override {
            if (down) throw Error(ErrorKind::Unavailable, "no answer");
            ++sent;
            if (meanwhile) meanwhile();
            return {200, {}, {}};
        }
        bool down = true;
        int sent = 0;
        std::function<void()> meanwhile;
    } network;
    auto now = std::chrono::steady_clock::now();
    fhir::Clock clock;
    clock.steady = [&] { return now; };
    const auto server = Url::parse("https://ehr.example");
    CircuitBreaker breaker(network, server, {.failuresMax = 1, .openFor = 1s}, clock);
    const auto ask = [&] { return breaker.send({"GET", server, {}, {}}, Deadline::max()).status; };
    thrown([&] { ask(); });
    now += 1s;
    network.down = false;
    int turnedAway = 0;
    network.meanwhile = [&] {
        for (int i = 0; i < 3; ++i)
            if (thrown([&] { ask(); }).kind() == ErrorKind::Unavailable) ++turnedAway;
    };

    CHECK(ask() == 200);
    CHECK(turnedAway == 3);
    CHECK(network.sent == 1);
    CHECK(breaker.state() == State::Closed);
}

TEST_CASE("circuit breaker: other origins pass through", "[fhir]") {
    World world;
    world.fails(3);
    world.network.then(reply(200));

    CHECK(world.ask("https://storage.example/1") == 200);
    CHECK(world.breaker.state() == State::Open);
}

TEST_CASE("circuit breaker: what a sink throws is not the server's doing", "[fhir]") {
    World world;
    for (int i = 0; i < 5; ++i) {
        world.network.then(reply(200, "part"));
        CHECK_THROWS_AS(
            world.breaker.stream({"GET", Url::parse("https://ehr.example"), {}, {}},
                                 Deadline::max(), [](auto) { throw std::logic_error("made up"); }),
            std::logic_error);
    }

    CHECK(world.breaker.state() == State::Closed);
}

TEST_CASE("circuit breaker: its states have names", "[fhir]") {
    CHECK(std::string(toString(State::Closed)) == "closed");
    CHECK(std::string(toString(State::Open)) == "open");
    CHECK(std::string(toString(State::HalfOpen)) == "half-open");
}

}  // namespace circuit_breaker_test
