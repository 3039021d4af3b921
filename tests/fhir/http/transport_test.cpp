#include "fhir/http/transport.h"

#include <iterator>

#include "fhir/base/error.h"
#include "tests/support/raw_server.h"
#include "tests/support/thrown.h"

namespace transport_test {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using fhir::deadlineIn;
using fhir::ErrorKind;
using fhir::Url;
using fhir::http::makeTransport;
using fhir::http::Request;
using fhir::http::Response;
using fhir::http::Transport;
using fhir::http::TransportOptions;
using test::answer;
using test::Connection;
using test::RawServer;
using test::thrown;
using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;

namespace {

Request get(const std::string& url) {
    return {"GET", Url::parse(url), {}, {}};
}
Request post(const std::string& url, std::string body = "{}") {
    return {"POST", Url::parse(url), {{"Content-Type", "application/json"}}, std::move(body)};
}

/// Long enough for a busy machine under a sanitizer; a test that needs it to pass has failed.
constexpr auto kLong = 30s;

struct Failure {
    fhir::Error error;
    Milliseconds took;
};

/// How a request ends that must fail, and how long that took.
Failure failure(Transport& transport, const Request& request, Milliseconds deadline = kLong) {
    const auto start = std::chrono::steady_clock::now();
    auto error = thrown([&] { transport.send(request, deadlineIn(deadline)); });
    return {error,
            std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - start)};
}

void checkEndedAtDeadline(const Failure& failure, Milliseconds deadline) {
    CHECK(failure.error.kind() == ErrorKind::Unavailable);
    CHECK_THAT(failure.error.what(), Contains("within the time allowed"));
    CHECK(failure.took >= deadline - 5ms);
    CHECK(failure.took < deadline + 5s);
}

}  // namespace

TEST_CASE("transport: sends a request as it is and gives the answer as it is", "[fhir]") {
    std::string seen;
    RawServer server([&](Connection& connection, std::size_t) {
        seen = connection.readRequest();
        connection.send(answer(201, "made", "Location: Observation/9\r\nX: a\r\nX: b\r\n"));
        connection.waitUntilClosed();
    });
    auto transport = makeTransport();
    auto request = post(server.url() + "/fhir/Observation?a=b%20c", "{\"a\":1}");
    request.headers.add("X-Note", "Mi jardín");

    const auto response = transport->send(request, deadlineIn(kLong));

    CHECK(response.status == 201);
    CHECK(response.body == "made");
    CHECK(response.headers.find("location") == "Observation/9");
    CHECK(std::distance(response.headers.begin(), response.headers.end()) == 4);
    CHECK_THAT(seen, StartsWith("POST /fhir/Observation?a=b%20c HTTP/1.1\r\nHost: 127.0.0.1:"));
    CHECK_THAT(seen, Contains("\r\nContent-Type: application/json\r\n") &&
                         Contains("\r\nContent-Length: 7\r\n") &&
                         Contains("\r\nX-Note: Mi jardín\r\n") && Contains("\r\n\r\n{\"a\":1}"));
}

TEST_CASE("transport: a GET has no length, an empty POST has one", "[fhir]") {
    std::vector<std::string> seen;
    RawServer server([&](Connection& connection, std::size_t) {
        for (int i = 0; i < 2; ++i) {
            seen.push_back(connection.readRequest());
            connection.send(answer(200, ""));
        }
    });
    auto transport = makeTransport();

    transport->send(get(server.url()), deadlineIn(kLong));
    transport->send(post(server.url(), ""), deadlineIn(kLong));

    REQUIRE(seen.size() == 2);
    CHECK_THAT(seen[0], StartsWith("GET / HTTP/1.1\r\n") && !Contains("Content-Length"));
    CHECK_THAT(seen[1], Contains("\r\nContent-Length: 0\r\n"));
}

TEST_CASE("transport: what would break out of its line is not sent", "[fhir]") {
    RawServer server([](Connection& connection, std::size_t) { connection.readRequest(); });
    auto transport = makeTransport();
    auto request = get(server.url());
    SECTION("a header's value") {
        request.headers.add("X-Note", "a\r\nX-Evil: b");
    }
    SECTION("a header's value with a zero byte") {
        request.headers.add("X-Note", std::string("a\0b", 3));
    }
    SECTION("a header's name") {
        request.headers.add("X-Note: x\r\nX-Evil", "b");
    }
    SECTION("no name at all") {
        request.headers.add("", "b");
    }
    SECTION("the method") {
        request.method = "GET / HTTP/1.1\r\nX-Evil: b\r\nGET";
    }
    SECTION("no method") {
        request.method.clear();
    }
    SECTION("the target") {
        request.url.query = "a b\r\nX-Evil: b";
    }

    const auto [error, took] = failure(*transport, request);

    CHECK(error.kind() == ErrorKind::InvalidInput);
    CHECK_THAT(error.what(), !Contains("Evil"));
    CHECK(server.connections() == 0);
}

TEST_CASE("transport: a port where nothing listens is unavailable", "[fhir]") {
    const auto transport = makeTransport();
    const auto url = "http://127.0.0.1:" + std::to_string(test::closedPort());

    const auto [error, took] = failure(*transport, get(url));

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK(std::string(error.what()) == "nothing listens at " + url);
}

TEST_CASE("transport: a host that is not known is unavailable", "[fhir]") {
    const auto transport = makeTransport();

    // RFC 6761, section 6.4: "invalid" is no name anywhere.
    const auto [error, took] = failure(*transport, get("http://ehr.invalid/"));

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK_THAT(error.what(), Contains("host name ehr.invalid"));
}

TEST_CASE("transport: a deadline that has passed asks nobody", "[fhir]") {
    RawServer server([](Connection& connection, std::size_t) { connection.readRequest(); });
    const auto transport = makeTransport();

    checkEndedAtDeadline(failure(*transport, get(server.url()), -1ms), 0ms);
    CHECK(server.connections() == 0);
}

TEST_CASE("transport: a connection that is closed at once is unavailable", "[fhir]") {
    const bool hard = GENERATE(false, true);
    RawServer server([&](Connection& connection, std::size_t) {
        if (hard) connection.reset();
    });
    const auto transport = makeTransport();

    const auto [error, took] = failure(*transport, get(server.url()));

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK_THAT(error.what(), Contains("closed before an answer"));
    CHECK(server.connections() == 1);
}

TEST_CASE("transport: an answer that breaks off is unavailable, wherever it does", "[fhir]") {
    const std::string part =
        GENERATE("H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Le",
                 "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a\":",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\"",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n");
    RawServer server([&](Connection& connection, std::size_t) {
        connection.readRequest();
        connection.send(part);
    });
    const auto transport = makeTransport();

    const auto [error, took] = failure(*transport, get(server.url()));

    CHECK(error.kind() == ErrorKind::Unavailable);
    CHECK_THAT(error.what(), Contains("broke off"));
}

TEST_CASE("transport: an answer without a length ends with the connection", "[fhir]") {
    RawServer server([](Connection& connection, std::size_t) {
        connection.readRequest();
        connection.send("HTTP/1.1 200 OK\r\n\r\nto the end");
    });
    const auto transport = makeTransport();

    CHECK(transport->send(get(server.url()), deadlineIn(kLong)).body == "to the end");
}

TEST_CASE("transport: a server that says nothing is given up at the deadline", "[fhir]") {
    RawServer server([](Connection& connection, std::size_t) { connection.waitUntilClosed(); });
    const auto transport = makeTransport();

    checkEndedAtDeadline(failure(*transport, get(server.url()), 150ms), 150ms);
}

TEST_CASE("transport: bytes that come now and then do not put the deadline off", "[fhir]") {
    const std::string start = GENERATE(
        "", "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFF\r\n", "HTTP/1.1 200 OK\r\n\r\n");
    std::size_t dripped = 0;
    {
        RawServer server([&](Connection& connection, std::size_t) {
            connection.readRequest();
            connection.send(start);
            dripped = connection.drip(start.empty() ? "HTTP/1.1 100 Continue\r\n\r\n" : "x", 10ms);
        });
        const auto transport = makeTransport();

        checkEndedAtDeadline(failure(*transport, get(server.url()), 200ms), 200ms);
    }
    CHECK(dripped >= 2);
}

TEST_CASE("transport: a server that takes no more of a request is given up too", "[fhir]") {
    RawServer server([](Connection& connection, std::size_t) {
        connection.drip("HTTP/1.1 100 Continue\r\n\r\n", 50ms);
    });
    const auto transport = makeTransport();
    const auto request = post(server.url(), std::string(64 * 1024 * 1024, 'x'));

    checkEndedAtDeadline(failure(*transport, request, 300ms), 300ms);
}

TEST_CASE("transport: a refusal that comes before all was sent is read", "[fhir]") {
    RawServer server([](Connection& connection, std::size_t) {
        connection.send(answer(413, "too much", "Connection: close\r\n"));
        connection.waitUntilClosed();
    });
    const auto transport = makeTransport();
    const auto request = post(server.url(), std::string(8 * 1024 * 1024, 'x'));

    CHECK(transport->send(request, deadlineIn(kLong)).status == 413);
}

TEST_CASE("transport: a body that is announced too large is refused at once", "[fhir]") {
    RawServer server([](Connection& connection, std::size_t) {
        connection.readRequest();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n{");
        connection.waitUntilClosed();
    });
    const auto transport = makeTransport();

    const auto [error, took] = failure(*transport, get(server.url()));

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("larger than 67108864 bytes"));
    CHECK(took < 10s);
}

TEST_CASE("transport: a body without an end is cut at the limit", "[fhir]") {
    const bool chunked = GENERATE(true, false);
    std::size_t flooded = 0;
    {
        RawServer server([&](Connection& connection, std::size_t) {
            connection.readRequest();
            connection.send(chunked ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    : "HTTP/1.1 200 OK\r\n\r\n");
            flooded = connection.flood(chunked ? "400\r\n" + std::string(1024, 'x') + "\r\n"
                                               : std::string(1024, 'x'));
        });
        TransportOptions options;
        options.bodyBytesMax = 1024 * 1024;
        const auto transport = makeTransport(options);

        const auto [error, took] = failure(*transport, get(server.url()));

        CHECK(error.kind() == ErrorKind::BadReply);
        CHECK_THAT(error.what(), Contains("larger than 1048576 bytes"));
    }
    CHECK(flooded >= 1024 * 1024);
}

TEST_CASE("transport: a header without an end is cut at the limit", "[fhir]") {
    const std::string block = GENERATE("x", "X-Field: value\r\n");
    RawServer server([&](Connection& connection, std::size_t) {
        connection.readRequest();
        connection.send("HTTP/1.1 200 OK\r\nX: ");
        connection.flood(block);
    });
    const auto transport = makeTransport();

    const auto [error, took] = failure(*transport, get(server.url()));

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("too large") || Contains("too many fields"));
}

TEST_CASE("transport: what is not HTTP is a bad reply", "[fhir]") {
    const std::string bytes = GENERATE("SSH-2.0-OpenSSH_9.2\r\n", "220 mail.example ESMTP\r\n",
                                       "\x15\x03\x03", "<html></html>");
    RawServer server([&](Connection& connection, std::size_t) {
        connection.readRequest();
        connection.send(bytes);
        connection.waitUntilClosed();
    });
    const auto transport = makeTransport();

    const auto [error, took] = failure(*transport, get(server.url()));

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Contains("not HTTP"));
}

TEST_CASE("transport: a redirect is an answer like any other", "[fhir]") {
    RawServer server([](Connection& connection, std::size_t) {
        connection.readRequest();
        connection.send(answer(302, "", "Location: http://127.0.0.1:1/\r\n"));
        connection.waitUntilClosed();
    });
    const auto transport = makeTransport();

    CHECK(transport->send(get(server.url()), deadlineIn(kLong)).status == 302);
    CHECK(server.connections() == 1);
}

}  // namespace transport_test
