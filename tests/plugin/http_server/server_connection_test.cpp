// What a connection carries: requests one after the other, and nothing that is not one.
#include <array>
#include <mutex>
#include <utility>

#include "plugin/http_server/problem.h"
#include "plugin/http_server/server.h"
#include "tests/support/http_forms.h"
#include "tests/support/raw_connection.h"

namespace server_connection_test {

using plugin::http_server::Request;
using plugin::http_server::Response;
using plugin::http_server::Server;
using plugin::http_server::ServerOptions;
using test::RawConnection;
using test::statusesOf;

namespace {

ServerOptions echoOptions() {
    ServerOptions options;
    options.request.bodyBytes = 100;
    options.names = {"x", "example.org"};
    return options;
}

/// A server that answers each request with its body, and remembers what it was asked.
struct Echo {
    /// Since the last look.
    std::vector<std::string> asked() {
        const std::lock_guard lock(mutex);
        return std::exchange(requests, {});
    }
    Response answer(const Request& request) {
        {
            const std::lock_guard lock(mutex);
            requests.push_back(request.method + " " + request.path + " " + request.body);
        }
        if (request.path == "/refused")
            return plugin::http_server::problem({422, "refused", "Refused", ""}, request);
        Response response;
        response.body = "heard:" + request.body;
        if (request.path == "/large") response.body.assign(32 * 1024 * 1024, 'x');
        if (request.path == "/events")
            response.events = [](const std::shared_ptr<plugin::http_server::EventStream>& stream) {
                stream->send("data: one\n\n");
            };
        return response;
    }
    std::mutex mutex;
    std::vector<std::string> requests;
    Server server{echoOptions(), [this](const Request& request) { return answer(request); }};
};

const std::string kLast = "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

bool wasSmuggled(Echo& echo) {
    for (const auto& one : echo.asked())
        if (one.find("/smuggled") != std::string::npos) return true;
    return false;
}

}  // namespace

TEST_CASE("server connection: each form has its answers, and stays or not", "[service]") {
    Echo echo;
    for (const auto& form : test::httpForms()) {
        CAPTURE(form.name);
        RawConnection connection(echo.server.port());

        connection.send(form.bytes);
        auto expected = form.answers;
        if (form.stays) {
            connection.send(kLast);
            expected.push_back(200);
        }
        const auto heard = connection.untilClosed();

        CHECK(statusesOf(heard) == expected);
        CHECK(heard.find("(open)") == std::string::npos);
        for (std::size_t i = 0; i < form.bodies.size(); ++i)
            CHECK(heard.find("\r\n\r\nheard:" + form.bodies[i]) != std::string::npos);
        CHECK_FALSE(wasSmuggled(echo));
    }
}

TEST_CASE("server connection: each form has the same answers byte by byte", "[service]") {
    Echo echo;
    for (const auto& form : test::httpForms()) {
        if (form.bytes.size() > 9000) continue;  // the reader's own test sends those so
        CAPTURE(form.name);
        RawConnection connection(echo.server.port());

        for (const char c : form.bytes)
            if (!connection.send({&c, 1})) break;
        const auto heard = connection.answers(form.answers.size());

        CHECK(statusesOf(heard) == form.answers);
        CHECK_FALSE(wasSmuggled(echo));
    }
}

TEST_CASE("server connection: an answer is one of HTTP/1.1, whoever asks", "[service]") {
    Echo echo;
    RawConnection connection(echo.server.port());
    connection.send("GET / HTTP/1.0\r\n\r\n");
    const auto heard = connection.untilClosed();
    CHECK(heard.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(heard.find("\r\nConnection: Close\r\n") != std::string::npos);
    CHECK(heard.find("\r\nX-Content-Type-Options: nosniff\r\n") != std::string::npos);
    CHECK(heard.find("\r\nCache-Control: no-store\r\n") != std::string::npos);
}

TEST_CASE("server connection: a request that ends before its end is refused", "[service]") {
    Echo echo;
    for (const std::string bytes :
         {"GET / HT", "GET / HTTP/1.1\r\nHost: x\r\n",
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhell",
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
          "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"}) {
        CAPTURE(bytes);
        RawConnection connection(echo.server.port());
        connection.send(bytes);
        connection.end();
        CHECK(statusesOf(connection.untilClosed()) == std::vector<int>{400});
        CHECK(echo.asked().empty());
    }
}

TEST_CASE("server connection: who sends no more after a request has its answer", "[service]") {
    Echo echo;
    RawConnection connection(echo.server.port());
    connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
    connection.end();
    const auto heard = connection.untilClosed();
    CHECK(statusesOf(heard) == std::vector<int>{200});
    CHECK(heard.ends_with("heard:hi"));
}

TEST_CASE("server connection: who waits for a word before the body gets it", "[service]") {
    Echo echo;
    RawConnection connection(echo.server.port());
    connection.send(
        "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n"
        "Content-Length: 2\r\n\r\n");
    std::string word(25, '\0');
    REQUIRE(connection.socket().receiveBytes(word.data(), 25) == 25);
    CHECK(word == "HTTP/1.1 100 Continue\r\n\r\n");
    connection.send("hi");
    CHECK(connection.untilClosed().ends_with("heard:hi"));
}

TEST_CASE("server connection: a body too large is told so, though it is still being sent",
          "[service]") {
    Echo echo;
    RawConnection connection(echo.server.port());
    const std::string body(300'000, 'x');
    connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n");
    connection.send(body);
    CHECK(statusesOf(connection.untilClosed()) == std::vector<int>{413});
    CHECK(echo.asked().empty());
}

TEST_CASE("server connection: an answer that is taken slowly holds up nobody", "[service]") {
    Echo echo;
    RawConnection slow(echo.server.port());
    slow.send("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    RawConnection other(echo.server.port());
    other.send(kLast);
    CHECK(statusesOf(other.untilClosed()) == std::vector<int>{200});

    const auto heard = slow.untilClosed();

    CHECK(statusesOf(heard) == std::vector<int>{200});
    CHECK(heard.size() > 32U * 1024 * 1024);
}

TEST_CASE("server connection: a stream of events ends what the connection carries", "[service]") {
    Echo echo;
    RawConnection connection(echo.server.port());
    connection.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    std::string heard;
    std::array<char, 4096> buffer{};
    while (heard.find("data: one\n\n") == std::string::npos) {
        const int count = connection.socket().receiveBytes(buffer.data(), buffer.size());
        REQUIRE(count > 0);
        heard.append(buffer.data(), static_cast<std::size_t>(count));
    }
    CHECK(heard.find("Content-Length") == std::string::npos);
    CHECK(heard.find("\r\nConnection: Close\r\n") != std::string::npos);
    connection.send("GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
    connection.untilClosed();
    CHECK_FALSE(wasSmuggled(echo));
}

}  // namespace server_connection_test
