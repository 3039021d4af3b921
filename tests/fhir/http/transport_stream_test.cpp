// Bodies that are streamed or compressed, over real sockets.
#include <sys/resource.h>

#include <atomic>

#include "fhir/base/error.h"
#include "fhir/http/transport.h"
#include "tests/support/gzip.h"
#include "tests/support/raw_server.h"
#include "tests/support/thrown.h"

namespace transport_stream_test {

using Catch::Matchers::Contains;
using fhir::deadlineIn;
using fhir::ErrorKind;
using fhir::Url;
using fhir::http::makeTransport;
using fhir::http::Request;
using fhir::http::TransportOptions;
using test::answer;
using test::Connection;
using test::RawServer;
using test::thrown;
using namespace std::chrono_literals;

namespace {

constexpr auto kLong = 30s;

Request get(const RawServer& server) {
    return {"GET", Url::parse(server.url()), {}, {}};
}

std::size_t peakKiB() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::size_t>(usage.ru_maxrss);
}

}  // namespace

TEST_CASE("stream: a body larger than what may be held comes in parts", "[fhir]") {
    constexpr std::size_t kBytes = 128 * 1024 * 1024;
    RawServer server([](Connection& connection, std::size_t) {
        connection.readRequest();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kBytes) +
                        "\r\n\r\n");
        const std::string block(64 * 1024, 'x');
        for (std::size_t sent = 0; sent < kBytes; sent += block.size()) connection.send(block);
        connection.readRequest();
        connection.send(answer(200, "next"));
    });
    TransportOptions options;
    options.bodyBytesMax = 4;
    const auto transport = makeTransport(options);
    std::size_t bytes = 0, most = 0;
    const auto before = peakKiB();

    const auto response = transport->stream(get(server), deadlineIn(kLong), [&](auto part) {
        bytes += part.size();
        most = std::max(most, part.size());
    });

    CHECK(response.status == 200);
    CHECK(response.body.empty());
    CHECK(bytes == kBytes);
    CHECK(most <= 64 * 1024);
    CHECK(peakKiB() - before < 16 * 1024);
    CHECK(transport->send(get(server), deadlineIn(kLong)).body == "next");
    CHECK(server.connections() == 1);
}

TEST_CASE("stream: what the sink throws comes out as it is, and the connection is given up",
          "[fhir]") {
    RawServer server([](Connection& connection, std::size_t number) {
        while (!connection.readRequest().empty())
            connection.send(answer(200, std::to_string(number)));
    });
    const auto transport = makeTransport();

    const auto error = thrown([&] {
        transport->stream(get(server), deadlineIn(kLong), [](auto) {
            throw fhir::Error(ErrorKind::Conflict, "made up by the sink", "/a");
        });
    });

    CHECK(error.kind() == ErrorKind::Conflict);
    CHECK(std::string(error.what()) == "made up by the sink");
    CHECK(transport->send(get(server), deadlineIn(kLong)).body == "1");
}

TEST_CASE("stream: a body that drips ends at the deadline, one that breaks off is told apart",
          "[fhir]") {
    const bool drips = GENERATE(true, false);
    RawServer server([&](Connection& connection, std::size_t) {
        connection.readRequest();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        if (drips) connection.drip("x", 5ms);
    });
    const auto transport = makeTransport();

    const auto error = thrown(
        [&] { transport->stream(get(server), deadlineIn(drips ? 200ms : kLong), [](auto) {}); });

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK_THAT(error.what(), Contains(drips ? "within the time allowed" : "broke off"));
}

TEST_CASE("stream: an answer that is no 200 is not for the sink", "[fhir]") {
    RawServer server([](Connection& connection, std::size_t) {
        connection.readRequest();
        connection.send(answer(404, "no such file"));
    });
    const auto transport = makeTransport();

    const auto response =
        transport->stream(get(server), deadlineIn(kLong), [](auto) { FAIL("a part came"); });

    CHECK(response.status == 404);
    CHECK(response.body == "no such file");
}

TEST_CASE("transport: asks for gzip and inflates it, and keeps the connection", "[fhir]") {
    std::string seen;
    RawServer server([&](Connection& connection, std::size_t) {
        const auto body = test::gzip(std::string(300'000, 'x'));
        for (int i = 0; i < 2; ++i) {
            seen = connection.readRequest();
            connection.send(answer(200, body, "Content-Encoding: gzip\r\n"));
        }
    });
    const auto transport = makeTransport();

    for (int i = 0; i < 2; ++i)
        CHECK(transport->send(get(server), deadlineIn(kLong)).body == std::string(300'000, 'x'));
    CHECK_THAT(seen, Contains("\r\nAccept-Encoding: gzip\r\n"));
    CHECK(server.connections() == 1);
}

TEST_CASE("transport: who asks for another coding asks for that one alone", "[fhir]") {
    std::string seen;
    RawServer server([&](Connection& connection, std::size_t) {
        seen = connection.readRequest();
        connection.send(answer(200, ""));
    });
    auto request = get(server);
    request.headers.set("accept-encoding", "identity");

    makeTransport()->send(request, deadlineIn(kLong));

    CHECK_THAT(seen, Contains("accept-encoding: identity") && !Contains("gzip"));
}

TEST_CASE("transport: a small answer that unfolds to gigabytes is stopped at the limit", "[fhir]") {
    // A member of 10 MiB of zeros, over and over.
    const auto member = test::gzip(std::string(10 * 1024 * 1024, '\0'));
    RawServer server([&](Connection& connection, std::size_t) {
        connection.readRequest();
        connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
        connection.flood(member);
    });
    TransportOptions options;
    options.bodyBytesMax = 8 * 1024 * 1024;
    const auto before = peakKiB();

    const auto error =
        thrown([&] { makeTransport(options)->send(get(server), deadlineIn(kLong)); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("larger than 8388608 bytes"));
    CHECK(peakKiB() - before < 48 * 1024);
}

TEST_CASE("transport: no more connections to an origin than allowed, the others wait", "[fhir]") {
    std::atomic<int> open{0}, most{0};
    RawServer server([&](Connection& connection, std::size_t) {
        while (!connection.readRequest().empty()) {
            const int now = ++open;
            for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
            }
            std::this_thread::sleep_for(5ms);
            --open;
            connection.send(answer(200, "here"));
        }
    });
    TransportOptions options;
    options.connectionsMax = 3;
    const auto transport = makeTransport(options);
    std::atomic<int> fine{0};

    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 12; ++i)
            threads.emplace_back([&] {
                for (int j = 0; j < 4; ++j)
                    if (transport->send(get(server), deadlineIn(kLong)).body == "here") ++fine;
            });
    }

    CHECK(fine == 48);
    CHECK(most <= 3);
    CHECK(server.connections() <= 3);
}

TEST_CASE("transport: who gets no connection by the deadline is told so, other origins go on",
          "[fhir]") {
    std::atomic<bool> taken{false};
    RawServer busy([&](Connection& connection, std::size_t) {
        connection.readRequest();
        taken = true;
        connection.waitUntilClosed();
    });
    RawServer other([](Connection& connection, std::size_t) {
        connection.readRequest();
        connection.send(answer(200, "here"));
    });
    TransportOptions options;
    options.connectionsMax = 1;
    const auto transport = makeTransport(options);
    std::jthread holder([&] { thrown([&] { transport->send(get(busy), deadlineIn(1s)); }); });
    while (!taken) std::this_thread::yield();

    const auto error = thrown([&] { transport->send(get(busy), deadlineIn(50ms)); });

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK_THAT(error.what(), Contains("all 1 connections") && Contains("busy"));
    CHECK(transport->send(get(other), deadlineIn(kLong)).body == "here");
}

}  // namespace transport_stream_test
