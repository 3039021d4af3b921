#include <atomic>
#include <thread>

#include "fhir/base/error.h"
#include "fhir/http/transport.h"
#include "tests/support/raw_server.h"
#include "tests/support/thrown.h"

namespace transport_keep_alive_test {

using Catch::Matchers::Contains;
using fhir::deadlineIn;
using fhir::ErrorKind;
using fhir::Url;
using fhir::http::makeTransport;
using fhir::http::Request;
using test::answer;
using test::Connection;
using test::RawServer;
using test::thrown;
using namespace std::chrono_literals;

namespace {

constexpr auto kLong = 30s;

Request request(const std::string& method, const std::string& url) {
    return {method, Url::parse(url), {}, method == "GET" ? "" : "{}"};
}

/// Answers every request with the number of its connection.
void serveAll(Connection& connection, std::size_t number) {
    while (!connection.readRequest().empty()) connection.send(answer(200, std::to_string(number)));
}

/// The first connection answers once, then takes a second request and closes without a word; the
/// others are served. This is a kept connection that dies while a request is on its way.
void dieOnSecond(Connection& connection, std::size_t number) {
    if (number != 0) return serveAll(connection, number);
    connection.readRequest();
    connection.send(answer(200, "0"));
    connection.readRequest();
}

}  // namespace

TEST_CASE("keep-alive: one connection carries many requests", "[fhir]") {
    RawServer server(serveAll);
    const auto transport = makeTransport();

    for (int i = 0; i < 20; ++i) {
        const auto* method = i % 2 == 0 ? "GET" : "POST";
        CHECK(transport->send(request(method, server.url()), deadlineIn(kLong)).body == "0");
    }

    CHECK(server.connections() == 1);
}

TEST_CASE("keep-alive: a connection belongs to one origin", "[fhir]") {
    RawServer one(serveAll);
    RawServer other(serveAll);
    const auto transport = makeTransport();

    transport->send(request("GET", one.url()), deadlineIn(kLong));
    transport->send(request("GET", other.url()), deadlineIn(kLong));
    transport->send(request("GET", one.url()), deadlineIn(kLong));

    CHECK(one.connections() == 1);
    CHECK(other.connections() == 1);
}

TEST_CASE("keep-alive: a server that closes is asked anew", "[fhir]") {
    const std::string how = GENERATE("Connection: close\r\n", "");
    RawServer server([&](Connection& connection, std::size_t number) {
        connection.readRequest();
        connection.send(answer(200, std::to_string(number), how));
    });
    const auto transport = makeTransport();

    for (std::size_t i = 0; i < 5; ++i)
        CHECK(transport->send(request("GET", server.url()), deadlineIn(kLong)).body ==
              std::to_string(i));
    CHECK(server.connections() == 5);
}

TEST_CASE("keep-alive: an answer that is followed by more than was asked ends it", "[fhir]") {
    RawServer server([](Connection& connection, std::size_t number) {
        connection.readRequest();
        connection.send(answer(200, std::to_string(number)) + answer(200, "not for you"));
        connection.waitUntilClosed();
    });
    const auto transport = makeTransport();

    for (const auto* expected : {"0", "1", "2"})
        CHECK(transport->send(request("GET", server.url()), deadlineIn(kLong)).body == expected);
}

TEST_CASE("keep-alive: a GET on a connection that died is repeated", "[fhir]") {
    RawServer server(dieOnSecond);
    const auto transport = makeTransport();
    REQUIRE(transport->send(request("GET", server.url()), deadlineIn(kLong)).body == "0");

    CHECK(transport->send(request("GET", server.url()), deadlineIn(kLong)).body == "1");
    CHECK(server.connections() == 2);
}

TEST_CASE("keep-alive: a POST on a connection that died is in doubt and not repeated", "[fhir]") {
    RawServer server(dieOnSecond);
    const auto transport = makeTransport();
    REQUIRE(transport->send(request("GET", server.url()), deadlineIn(kLong)).body == "0");

    const auto error =
        thrown([&] { transport->send(request("POST", server.url()), deadlineIn(kLong)); });

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK_THAT(error.what(), Contains("closed before an answer"));
    CHECK(server.connections() == 1);
}

TEST_CASE("keep-alive: a GET that dies on a new connection is not repeated", "[fhir]") {
    RawServer server([](Connection& connection, std::size_t) { connection.readRequest(); });
    const auto transport = makeTransport();

    CHECK(thrown([&] {
              transport->send(request("GET", server.url()), deadlineIn(kLong));
          }).kind() == ErrorKind::Unavailable);
    CHECK(server.connections() == 1);
}

TEST_CASE("keep-alive: a connection whose request failed is not used again", "[fhir]") {
    RawServer server([](Connection& connection, std::size_t number) {
        if (number != 0) return serveAll(connection, number);
        connection.readRequest();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
        connection.waitUntilClosed();
    });
    const auto transport = makeTransport();

    CHECK(thrown([&] {
              transport->send(request("GET", server.url()), deadlineIn(kLong));
          }).kind() == ErrorKind::BadReply);
    CHECK(transport->send(request("GET", server.url()), deadlineIn(kLong)).body == "1");
}

TEST_CASE("keep-alive: many threads share a transport, deadlines and failures among them",
          "[fhir]") {
    constexpr int kThreads = 8;
    constexpr int kRequests = 50;
    RawServer good([](Connection& connection, std::size_t) {
        for (;;) {
            const auto text = connection.readRequest();
            if (text.empty()) return;
            const auto from = text.find('/');
            connection.send(answer(200, text.substr(from, text.find(' ', from) - from)));
        }
    });
    RawServer mute([](Connection& connection, std::size_t) { connection.waitUntilClosed(); });
    RawServer rude([](Connection& connection, std::size_t) { connection.readRequest(); });
    const auto transport = makeTransport();
    std::atomic<int> right{0};
    std::atomic<int> failed{0};
    const auto failsAt = [&](const RawServer& server, std::chrono::milliseconds deadline) {
        try {
            transport->send(request("GET", server.url()), deadlineIn(deadline));
        } catch (const fhir::Error& error) {
            failed += error.kind() == ErrorKind::Unavailable ? 1 : 0;
        }
    };
    std::vector<std::thread> threads;

    for (int thread = 0; thread < kThreads; ++thread)
        threads.emplace_back([&, thread] {
            for (int i = 0; i < kRequests; ++i) {
                const auto path = "/" + std::to_string(thread) + "/" + std::to_string(i);
                const auto response =
                    transport->send(request("GET", good.url() + path), deadlineIn(kLong));
                right += response.body == path ? 1 : 0;
                if (i % 10 == 0) failsAt(mute, 5ms);
                if (i % 10 == 5) failsAt(rude, kLong);
            }
        });
    for (auto& thread : threads) thread.join();

    CHECK(right == kThreads * kRequests);
    CHECK(failed == kThreads * kRequests / 5);
    CHECK(good.connections() <= kThreads);
}

}  // namespace transport_keep_alive_test
