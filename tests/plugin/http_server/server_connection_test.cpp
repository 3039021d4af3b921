// What follows a request on its connection: the next request, or nothing that is read.
#include <Poco/Exception.h>
#include <Poco/Net/StreamSocket.h>
#include <sys/socket.h>

#include <array>
#include <mutex>
#include <utility>

#include "plugin/http_server/router.h"
#include "plugin/http_server/server.h"

namespace server_connection_test {

using plugin::http_server::Request;
using plugin::http_server::Response;
using plugin::http_server::Server;

namespace {

/// A server that answers each request with its body, and remembers what it was asked.
struct Echo {
    /// Since the last look.
    std::vector<std::string> asked() {
        const std::lock_guard lock(mutex);
        return std::exchange(requests, {});
    }
    std::mutex mutex;
    std::vector<std::string> requests;
    Server server{
        {.bodyBytesMax = 100}, [this](const Request& request) {
            {
                const std::lock_guard lock(mutex);
                requests.push_back(request.method + " " + request.path + " " + request.body);
            }
            if (request.path == "/refused")
                return plugin::http_server::problem({422, "refused", "Refused", ""}, request);
            Response response;
            response.body = "heard:" + request.body;
            if (request.path == "/events")
                response.events =
                    [](const std::shared_ptr<plugin::http_server::EventStream>& stream) {
                        stream->send("data: one\n\n");
                    };
            return response;
        }};
};

enum class Pace { InOnePiece, ByteByByte };

/// What comes back to these bytes until the server closes the connection. Sends no more
/// afterwards where `half`.
std::string answersTo(const std::string& bytes, const Server& server, Pace pace = Pace::InOnePiece,
                      bool half = false) {
    Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", server.port()));
    socket.setNoDelay(true);
    socket.setReceiveTimeout(Poco::Timespan(20, 0));
    std::string all;
    try {
        const std::size_t step = pace == Pace::ByteByByte ? 1 : bytes.size();
        for (std::size_t at = 0; at < bytes.size(); at += step)
            socket.sendBytes(bytes.data() + at, static_cast<int>(step), MSG_NOSIGNAL);
        if (half) socket.shutdownSend();
    } catch (const Poco::IOException&) {
        CHECK(pace == Pace::ByteByByte);  // the server has closed before the last byte
    }
    std::array<char, 4096> buffer{};
    try {
        for (;;) {
            const int count = socket.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
            if (count <= 0) return all;
            all.append(buffer.data(), static_cast<std::size_t>(count));
        }
    } catch (const Poco::IOException&) {
        CHECK(pace == Pace::ByteByByte);  // as above: the rest met a closed connection
    } catch (const Poco::TimeoutException&) {
        FAIL_CHECK("the connection stays open after: " << all);
    }
    return all;
}

int countOf(const std::string& part, const std::string& text) {
    int found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

void checkOneAnswer(const std::string& heard, int status) {
    CAPTURE(heard);
    CHECK(heard.starts_with("HTTP/1.1 " + std::to_string(status) + " "));
    CHECK(countOf("HTTP/1.1 ", heard) == 1);
    CHECK(countOf("Connection: Close\r\n", heard) == 1);
}

const std::string kSecond = "GET /second HTTP/1.1\r\nHost: x\r\n\r\n";

std::string chunked(const std::string& path) {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
}

}  // namespace

TEST_CASE("server connection: what follows a body in chunks is not a request", "[service]") {
    const std::vector<std::string> allTrailers{
        "", "X-Sum: 1\r\n", "X-Sum: 1\r\n" + kSecond.substr(0, kSecond.size() - 2),
        "X-Sum: 1\r\nPOST /second:x HTTP/1.1\r\nContent-Length: 2\r\n"};
    const auto pace = GENERATE(Pace::InOnePiece, Pace::ByteByByte);
    Echo echo;
    for (const auto& trailers : allTrailers) {
        for (const auto& ahead : {std::string(), kSecond}) {
            CAPTURE(trailers, ahead, pace == Pace::ByteByByte);

            const auto heard = answersTo(chunked("/first") + "5\r\nhello\r\n6\r\n world\r\n0\r\n" +
                                             trailers + "\r\n" + ahead,
                                         echo.server, pace);

            checkOneAnswer(heard, 200);
            CHECK(heard.ends_with("\r\n\r\nheard:hello world"));
            CHECK(echo.asked() == std::vector<std::string>{"POST /first hello world"});
        }
    }
}

TEST_CASE("server connection: nothing is read after a transfer coding, whatever it is",
          "[service]") {
    Echo echo;
    for (const std::string method : {"GET", "HEAD", "POST", "OPTIONS", "DELETE"}) {
        for (const std::string fields :
             {"Transfer-Encoding: chunked", "transfer-encoding: Chunked", "TRANSFER-ENCODING: gzip",
              "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity",
              "Transfer-Encoding:", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
              "Content-Length: 5\r\nTransfer-Encoding: chunked",
              "Connection: keep-alive\r\nTransfer-Encoding: chunked"}) {
            CAPTURE(method, fields);

            const auto heard = answersTo(method + " /first HTTP/1.1\r\nHost: x\r\n" + fields +
                                             "\r\n\r\n5\r\nhello\r\n0\r\nX: 1\r\n\r\n" + kSecond,
                                         echo.server);

            checkOneAnswer(heard, 200);
            const auto asked = echo.asked();
            REQUIRE(asked.size() == 1);
            CHECK(asked.front().starts_with(method + " /first"));
        }
    }
}

TEST_CASE("server connection: a refused request in chunks is the last as well", "[service]") {
    const auto pace = GENERATE(Pace::InOnePiece, Pace::ByteByByte);
    const std::string rest = "\r\n0\r\nX: 1\r\n" + kSecond + kSecond;
    Echo echo;

    const auto refused = answersTo(chunked("/refused") + "1\r\nx" + rest, echo.server, pace);
    const auto tooLarge =
        answersTo(chunked("/large") + "65\r\n" + std::string(101, 'x') + rest, echo.server, pace);

    checkOneAnswer(refused, 422);
    checkOneAnswer(tooLarge, 413);
    CHECK(echo.asked() == std::vector<std::string>{"POST /refused x"});
}

TEST_CASE("server connection: events that answer a body in chunks are followed by no answer",
          "[service]") {
    const auto pace = GENERATE(Pace::InOnePiece, Pace::ByteByByte);
    Echo echo;

    const auto heard = answersTo(chunked("/events") + "1\r\nx\r\n0\r\nX: 1\r\n" + kSecond + kSecond,
                                 echo.server, pace, /*half*/ true);

    checkOneAnswer(heard, 200);
    CHECK(heard.ends_with("\r\n\r\ndata: one\n\n"));
    CHECK(echo.asked() == std::vector<std::string>{"POST /events x"});
}

TEST_CASE("server connection: a body with a length is followed by the next request", "[service]") {
    const std::string first = "POST /first HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
    const std::string last = "GET /second HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    Echo echo;

    const auto heard = answersTo(first + first + last, echo.server);

    CHECK(countOf("HTTP/1.1 200 ", heard) == 3);
    CHECK(echo.asked() ==
          std::vector<std::string>{"POST /first hello", "POST /first hello", "GET /second "});
}

}  // namespace server_connection_test
