// Strangers who are slow or many take nobody's turn.

#include <algorithm>
#include <memory>

#include "plugin/http_server/server.h"
#include "tests/support/gate.h"
#include "tests/support/raw_connection.h"

namespace server_loop_limits_test {

using namespace std::chrono_literals;
using plugin::http_server::Lane;
using plugin::http_server::Request;
using plugin::http_server::Response;
using plugin::http_server::Server;
using plugin::http_server::ServerOptions;
using test::RawConnection;
using test::statusesOf;

namespace {

const std::string kAsk = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

Response greet(const Request& /*request*/) {
    return Response::json(200, "{}");
}

bool isAnswered(const Server& server, const std::string& bytes = kAsk) {
    RawConnection connection(server.port());
    connection.send(bytes);
    return statusesOf(connection.untilClosed()) == std::vector<int>{200};
}

/// Two lanes: "/card", and the rest, of which "/page" waits at the gate.
struct Lanes {
    Lanes() { gate.close(); }
    ~Lanes() { gate.open(); }
    static ServerOptions options() {
        ServerOptions options;
        options.pages = {.threads = 4, .waiting = 2, .slow = 3};
        options.lane = [](const Request& request) {
            return request.path == "/card" ? Lane::Cards : Lane::Pages;
        };
        return options;
    }
    Response answer(const Request& request) {
        if (request.path == "/page") gate.pass();
        Response response;
        response.body = request.mayWait ? "may wait" : "is not to wait";
        return response;
    }
    std::unique_ptr<RawConnection> ask(const std::string& path) const {
        auto connection = std::make_unique<RawConnection>(server.port());
        connection->send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        return connection;
    }
    bool holds(int pages) const {
        return test::soon([&] { return gate.waiting() == pages; });
    }
    test::Gate gate;
    Server server{options(), [this](const Request& request) { return answer(request); }};
};

}  // namespace

TEST_CASE("server loop: who does not send a head in time is told so", "[service]") {
    ServerOptions options;
    options.patience.head = 300ms;
    const Server server(options, greet);
    for (const std::string begun : {"G", "GET / HTTP/1.1\r\nHost: x\r\n"}) {
        RawConnection connection(server.port());
        connection.send(begun);
        CHECK(statusesOf(connection.untilClosed()) == std::vector<int>{408});
    }
}

TEST_CASE("server loop: a drip is no sign of life for a head", "[service]") {
    ServerOptions options;
    options.patience.head = 300ms;
    const Server server(options, greet);
    RawConnection connection(server.port());
    const auto begun = std::chrono::steady_clock::now();
    while (connection.send("G") && !connection.isClosed(20ms) &&
           std::chrono::steady_clock::now() - begun < 20s)
        continue;
    CHECK(statusesOf(connection.untilClosed()) == std::vector<int>{408});
}

TEST_CASE("server loop: a body has its time, and more while it comes fast enough", "[service]") {
    ServerOptions options;
    options.patience.body = 300ms;
    options.patience.bytesPerSecond = 10;
    const Server server(options, greet);
    const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n";

    RawConnection silent(server.port());
    silent.send(head + "\r\n");
    CHECK(statusesOf(silent.untilClosed()) == std::vector<int>{408});

    RawConnection moving(server.port());
    moving.send(head + "Connection: close\r\n\r\n" + std::string(90, 'x'));  // good for 9 s
    CHECK_FALSE(moving.isClosed(800ms));
    moving.send(std::string(10, 'x'));
    CHECK(statusesOf(moving.untilClosed()) == std::vector<int>{200});
}

TEST_CASE("server loop: who asks nothing is closed after a while, without a word", "[service]") {
    ServerOptions options;
    options.patience.idle = 200ms;
    const Server server(options, greet);
    RawConnection connection(server.port());
    CHECK(connection.untilClosed().empty());
}

TEST_CASE("server loop: who takes no answer is given up", "[service]") {
    ServerOptions options;
    options.patience.answer = 300ms;
    options.patience.bytesPerSecond = 1'000'000'000;
    options.connectionsMax = 1;
    const Server server(options, [](const Request& request) {
        Response response;
        if (request.path == "/") response.body.assign(64 * 1024 * 1024, 'x');
        return response;
    });
    RawConnection slow(server.port());
    slow.send(kAsk);
    REQUIRE(slow.socket().poll(Poco::Timespan(20, 0), Poco::Net::Socket::SELECT_READ));
    // There is room for one alone, and not while an answer is on its way.
    CHECK(test::soon([&] { return isAnswered(server, "GET /small" + kAsk.substr(5)); }));
    CHECK(slow.untilClosed().size() < 64U * 1024 * 1024);
}

TEST_CASE("server loop: where there are too many, who waited longest makes room", "[service]") {
    ServerOptions options;
    options.connectionsMax = 50;
    const Server server(options, greet);
    std::vector<std::unique_ptr<RawConnection>> idle;
    for (int i = 0; i < 200; ++i) {
        idle.push_back(std::make_unique<RawConnection>(server.port()));
        if (i % 2 == 0) idle.back()->send("GET / HTTP/1.1\r\nHo");  // a head that never ends
    }
    for (int i = 0; i < 20; ++i) CHECK(isAnswered(server));
    CHECK(test::soon([&] { return idle.front()->isClosed(); }));
}

TEST_CASE("server loop: an address that has too many makes room among its own", "[service]") {
    ServerOptions options;
    options.connectionsPerAddressMax = 10;
    options.host = "0.0.0.0";
    const Server server(options, greet);
    RawConnection other(server.port(), "127.0.0.2");  // from 127.0.0.1, all the same
    std::vector<std::unique_ptr<RawConnection>> idle;
    for (int i = 0; i < 30; ++i) idle.push_back(std::make_unique<RawConnection>(server.port()));
    CHECK(isAnswered(server));
    int open = 0;
    for (const auto& one : idle) open += one->isClosed() ? 0 : 1;
    CHECK(open <= 10);
    CHECK(test::soon([&] { return other.isClosed(); }));
}

TEST_CASE("server loop: a proxy that is trusted may have as many as there are", "[service]") {
    ServerOptions options;
    options.connectionsPerAddressMax = 10;
    options.trustedProxies = {*fhir::IpNetwork::parse("127.0.0.0/8")};
    const Server server(options, greet);
    std::vector<std::unique_ptr<RawConnection>> idle;
    for (int i = 0; i < 30; ++i) idle.push_back(std::make_unique<RawConnection>(server.port()));
    CHECK(isAnswered(server));
    for (const auto& one : idle) CHECK_FALSE(one->isClosed());
}

TEST_CASE("server loop: bodies of all together have a limit", "[service]") {
    ServerOptions options;
    options.bodiesBytesMax = 1'000'000;
    const Server server(options, greet);
    const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 800000\r\n\r\n";
    std::vector<std::unique_ptr<RawConnection>> both;
    for (int i = 0; i < 2; ++i) {
        both.push_back(std::make_unique<RawConnection>(server.port()));
        both.back()->send(head + std::string(700'000, 'x'));
    }
    const auto hasAnswer = [](const auto& one) {
        return one->socket().poll(0, Poco::Net::Socket::SELECT_READ);
    };
    REQUIRE(test::soon([&] { return std::any_of(both.begin(), both.end(), hasAnswer); }));
    if (!hasAnswer(both.front())) both.front().swap(both.back());
    const auto heard = both.front()->answers(1);
    CHECK(statusesOf(heard) == std::vector<int>{503});
    CHECK(heard.find("\r\nRetry-After: 2\r\n") != std::string::npos);
    both.back()->send(std::string(100'000, 'x'));
    CHECK(statusesOf(both.back()->answers(1)) == std::vector<int>{200});
    CHECK(isAnswered(server));
}

TEST_CASE("server loop: what waits in one lane holds up nobody in another", "[service]") {
    Lanes lanes;
    std::vector<std::unique_ptr<RawConnection>> pages;
    for (int i = 0; i < 4; ++i) pages.push_back(lanes.ask("/page"));
    REQUIRE(lanes.holds(4));
    for (int i = 0; i < 20; ++i)
        CHECK(statusesOf(lanes.ask("/card")->untilClosed()) == std::vector<int>{200});
    lanes.gate.open();
    for (const auto& page : pages) CHECK(statusesOf(page->untilClosed()) == std::vector<int>{200});
}

TEST_CASE("server loop: beyond those that wait for a thread the answer is to come again",
          "[service]") {
    Lanes lanes;
    std::vector<std::unique_ptr<RawConnection>> pages;
    for (int i = 0; i < 4; ++i) pages.push_back(lanes.ask("/page"));
    REQUIRE(lanes.holds(4));
    for (int i = 0; i < 6; ++i) pages.push_back(lanes.ask("/page"));
    std::vector<RawConnection*> answered;  // before the gate opens
    CHECK(test::soon([&] {
        answered.clear();
        for (const auto& page : pages)
            if (page->socket().poll(0, Poco::Net::Socket::SELECT_READ))
                answered.push_back(page.get());
        return answered.size() == 4;  // four are handled, and two wait
    }));
    for (auto* page : answered) {
        const auto heard = page->answers(1);
        CHECK(statusesOf(heard) == std::vector<int>{503});
        CHECK(heard.find("\r\nRetry-After: 2\r\n") != std::string::npos);
    }
    lanes.gate.open();
    int later = 0;
    for (const auto& page : pages)
        if (std::find(answered.begin(), answered.end(), page.get()) == answered.end())
            later += statusesOf(page->untilClosed()) == std::vector<int>{200} ? 1 : 0;
    CHECK(later == 6);
}

TEST_CASE("server loop: beyond those that take long a request is told not to wait", "[service]") {
    Lanes lanes;
    std::vector<std::unique_ptr<RawConnection>> pages;
    for (int i = 0; i < 3; ++i) pages.push_back(lanes.ask("/page"));
    REQUIRE(lanes.holds(3));
    std::string heard;
    CHECK(test::soon([&] {  // half a second is long
        heard = lanes.ask("/quick")->untilClosed();
        return heard.ends_with("is not to wait");
    }));
    CHECK(lanes.ask("/card")->untilClosed().ends_with("may wait"));
    lanes.gate.open();
    for (const auto& page : pages) page->untilClosed();
    CHECK(lanes.ask("/quick")->untilClosed().ends_with("may wait"));
}

}  // namespace server_loop_limits_test
