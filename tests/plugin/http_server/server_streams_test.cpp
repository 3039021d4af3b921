#include "plugin/http_server/server_streams.h"

#include <Poco/Net/ServerSocket.h>

#include <array>
#include <atomic>
#include <mutex>
#include <stdexcept>

#include "plugin/http_server/server.h"
#include "tests/support/gate.h"

namespace server_streams_test {

using plugin::http_server::EventStream;
using plugin::http_server::Request;
using plugin::http_server::Response;
using plugin::http_server::Server;

namespace {

/// A server that opens a stream for whoever asks, and the streams that it has opened.
struct Streaming {
    std::shared_ptr<EventStream> take() {
        CHECK(test::soon([&] {
            const std::lock_guard lock(mutex);
            return opened != nullptr;
        }));
        const std::lock_guard lock(mutex);
        return std::exchange(opened, nullptr);
    }
    std::mutex mutex;
    std::shared_ptr<EventStream> opened;
    std::atomic<bool> fails = false;
    Server server{{}, [this](const Request&) {
                      Response response;
                      response.headers = {{"Content-Type", "text/event-stream"}};
                      response.events = [this](std::shared_ptr<EventStream> stream) {
                          if (fails) throw std::runtime_error("made up");
                          const std::lock_guard lock(mutex);
                          opened = std::move(stream);
                      };
                      return response;
                  }};
};

struct Browser {
    explicit Browser(const Server& server)
        : socket(Poco::Net::SocketAddress("127.0.0.1", server.port())) {
        socket.setReceiveTimeout(Poco::Timespan(20, 0));
        const std::string ask = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        socket.sendBytes(ask.data(), static_cast<int>(ask.size()));
    }
    /// What comes until the connection ends, or until `end` does.
    std::string hear(const std::string& end = {}) {
        std::string all;
        std::array<char, 65536> buffer{};
        while (end.empty() || all.find(end) == std::string::npos) {
            const int count = socket.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
            if (count <= 0) break;
            all.append(buffer.data(), static_cast<std::size_t>(count));
        }
        return all;
    }
    Poco::Net::StreamSocket socket;
};

}  // namespace

TEST_CASE("server streams: what is sent arrives, after a head without a length", "[service]") {
    Streaming streaming;
    Browser browser(streaming.server);
    const auto stream = streaming.take();

    CHECK(stream->send("data: one\n\n"));
    CHECK(stream->send("data: two\n\n"));

    const auto heard = browser.hear("two\n\n");
    CHECK(heard.find("200 OK") != std::string::npos);
    CHECK(heard.find("Content-Length") == std::string::npos);
    CHECK(heard.find("data: one\n\ndata: two\n\n") != std::string::npos);
}

TEST_CASE("server streams: a page that takes nothing is closed, and holds up nobody", "[service]") {
    Streaming streaming;
    Browser browser(streaming.server);
    const auto stream = streaming.take();
    const std::string chunk(256 * 1024, 'x');

    int sent = 0;
    while (sent < 1000 && stream->send(chunk)) ++sent;

    CHECK(sent < 1000);
    CHECK_FALSE(stream->isOpen());
    CHECK_FALSE(stream->send("more"));
    CHECK(browser.hear().find("more") == std::string::npos);  // it ends
}

TEST_CASE("server streams: a page that goes is noticed", "[service]") {
    Streaming streaming;
    std::shared_ptr<EventStream> stream;
    {
        Browser browser(streaming.server);
        stream = streaming.take();
        CHECK(stream->isOpen());
    }

    CHECK(test::soon([&] { return !stream->isOpen(); }));
    CHECK_FALSE(stream->send("data\n\n"));
}

TEST_CASE("server streams: one whose page cannot be told what there is is closed", "[service]") {
    Streaming streaming;
    streaming.fails = true;
    Browser browser(streaming.server);

    CHECK(browser.hear().ends_with("\r\n\r\n"));  // a head and no more
}

TEST_CASE("server streams: signs of life come in time, and an end after a while", "[service]") {
    using plugin::http_server::ServerConnection;
    using plugin::http_server::ServerStreams;
    Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0));
    Poco::Net::StreamSocket page(listener.address());
    page.setReceiveTimeout(Poco::Timespan(20, 0));
    const std::string ask = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    page.sendBytes(ask.data(), static_cast<int>(ask.size()));
    const plugin::http_server::ServerOptions options;
    std::atomic<std::size_t> bodiesBytes = 0;
    auto connection =
        std::make_unique<ServerConnection>(listener.acceptConnection(), options, bodiesBytes);
    while (connection->receive() != ServerConnection::Input::Request) continue;
    Response response;
    response.events = [](const std::shared_ptr<EventStream>&) {};
    REQUIRE(connection->answer(connection->takeRequest(), std::move(response)) ==
            ServerConnection::Output::Sent);
    REQUIRE(connection->next() == ServerConnection::Next::Events);
    ServerStreams streams;
    const fhir::Deadline start{};
    const Poco::Net::Socket socket = connection->socket();
    streams.open(std::move(connection), start);
    std::array<char, 4096> buffer{};
    const auto hear = [&] {
        const int count = page.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
        return std::string(buffer.data(), static_cast<std::size_t>(std::max(count, 0)));
    };
    REQUIRE(hear().ends_with("\r\n\r\n"));

    streams.beat(start + ServerStreams::kBeat - std::chrono::seconds(1));
    streams.beat(start + ServerStreams::kBeat);
    CHECK(hear() == ":\n\n");
    streams.beat(start + ServerStreams::kLongest);
    CHECK(hear() == ":\n\n");
    CHECK(hear().empty());          // the end
    CHECK(streams.isOpen(socket));  // until the poller sees it
    CHECK(streams.take(socket) != nullptr);
    CHECK_FALSE(streams.isOpen(socket));
}

}  // namespace server_streams_test
