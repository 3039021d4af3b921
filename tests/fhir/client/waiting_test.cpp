#include "fhir/client/waiting.h"

#include <thread>

#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace waiting_test {

using fhir::Deadline;
using fhir::Error;
using fhir::ErrorKind;
using fhir::WaitingTransport;
using fhir::http::Request;
using test::FakeTransport;
using test::reply;
using test::thrown;
using namespace std::chrono_literals;

namespace {

Request request(const std::string& method = "GET") {
    return {method, fhir::Url::parse("https://ehr.example/fhir/Observation"), {}, {}};
}

Error putOff(std::chrono::milliseconds wait) {
    return Error(ErrorKind::Unavailable, "this minute is used up")
        .withStatus(429)
        .withRetryAfter(wait);
}

struct World {
    FakeTransport network;
    std::vector<std::chrono::milliseconds> waits;
    Deadline now{};
    WaitingTransport transport{network,
                               {.unsaid = 5s, .longest = 75s},
                               {.steady = [this] { return now; }},
                               [this](std::chrono::milliseconds span) {
                                   waits.push_back(span);
                                   now += span;
                                   return true;
                               }};

    int status(const Request& request) { return transport.send(request, now + 15s).status; }
};

}  // namespace

TEST_CASE("waiting: a read that is put off is sent again, with as much time as before", "[fhir]") {
    World world;
    world.network.then(reply(429, "", {{"Retry-After", "20"}}))
        .then(reply(429))
        .then(putOff(40s))
        .then(reply(200));

    CHECK(world.status(request()) == 200);
    CHECK(world.waits == std::vector<std::chrono::milliseconds>{20s, 5s, 40s});
    for (const auto wait : {0s, 20s, 25s, 65s}) {
        CHECK(world.network.deadlines.front() == Deadline{} + wait + 15s);
        world.network.deadlines.erase(world.network.deadlines.begin());
    }
}

TEST_CASE("waiting: what is put off too long, is no read or is no putting off is given back",
          "[fhir]") {
    SECTION("too long at once") {
        World world;
        world.network.then(reply(429, "", {{"Retry-After", "76"}}));
        CHECK(world.status(request()) == 429);
        CHECK(world.waits.empty());
    }
    SECTION("too long together") {
        World world;
        world.network.then(putOff(60s)).then(putOff(60s));
        CHECK(thrown([&] { world.status(request()); }).retryAfter() == 60s);
        CHECK(world.waits.size() == 1);
    }
    SECTION("a write") {
        World world;
        world.network.then(reply(429, "", {{"Retry-After", "1"}}));
        CHECK(world.status(request("POST")) == 429);
    }
    SECTION("a server that is away") {
        World world;
        const auto wait = GENERATE(std::optional<std::chrono::milliseconds>{},
                                   std::optional<std::chrono::milliseconds>(30s));
        world.network.then(Error(ErrorKind::Unavailable, "no answer").withRetryAfter(wait));
        CHECK(thrown([&] { world.status(request()); }).kind() == ErrorKind::Unavailable);
        CHECK(world.waits.empty());
        world.network.then(reply(503, "", {{"Retry-After", "1"}}));
        CHECK(world.status(request()) == 503);
        CHECK(world.waits.empty());
    }
    SECTION("any other answer") {
        World world;
        world.network.then(reply(404));
        CHECK(world.status(request()) == 404);
    }
}

TEST_CASE("waiting: a body that has begun is not begun again", "[fhir]") {
    /// Gives a part of a page and then breaks off.
    struct Breaking final : fhir::http::Transport {
        int sent = 0;
        fhir::http::Response send(const Request&, Deadline) override { throw putOff(1s); }
        fhir::http::Response stream(const Request&, Deadline,
                                    const fhir::http::BodySink& sink) override {
            ++sent;
            sink("half");
            throw putOff(1s);
        }
    } breaking;
    WaitingTransport transport(breaking);

    const auto error = thrown(
        [&] { transport.stream(request(), fhir::deadlineIn(15s), [](std::string_view) {}); });

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK(breaking.sent == 1);
}

TEST_CASE("waiting: a body that was put off comes whole", "[fhir]") {
    World world;
    world.network.then(reply(429)).then(reply(200, "whole"));
    std::string got;

    world.transport.stream(request(), world.now + 15s, [&](std::string_view part) { got += part; });

    CHECK(got == "whole");
}

TEST_CASE("waiting: a stop wakes who waits, and nothing goes out any more", "[fhir]") {
    /// Puts off what it is asked, and has the waiting stopped then.
    struct Stopping final : fhir::http::Transport {
        int sent = 0;
        WaitingTransport* waiting = nullptr;
        std::jthread stopper;
        fhir::http::Response send(const Request&, Deadline) override {
            ++sent;
            stopper = std::jthread([this] { waiting->stop(); });
            throw putOff(60s);
        }
    } network;
    WaitingTransport transport(network);
    network.waiting = &transport;
    const auto asked = [&] {
        return thrown([&] { transport.send(request(), fhir::deadlineIn(15s)); }).kind();
    };

    CHECK(asked() == ErrorKind::Unavailable);
    network.stopper.join();
    CHECK(asked() == ErrorKind::Unavailable);
    CHECK(network.sent == 1);
}

}  // namespace waiting_test
