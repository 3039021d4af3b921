// The server under connections that do nothing, do everything at once, or are cut.
#include <Poco/Exception.h>
#include <Poco/Net/StreamSocket.h>

#include <algorithm>
#include <array>
#include <list>

#include "tests/service/service_fixture.h"

namespace server_test {

using test::has;
using test::ServiceFixture;

namespace {

constexpr const char* kAsk = "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

Poco::Net::StreamSocket connectTo(const ServiceFixture& fixture) {
    Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", fixture.port()));
    socket.setReceiveTimeout(Poco::Timespan(20, 0));
    return socket;
}

void say(Poco::Net::StreamSocket& socket, const std::string& bytes) {
    socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
}

/// Reads until `answers` bodies have come.
std::string hear(Poco::Net::StreamSocket& socket, int answers = 1) {
    std::string result;
    std::array<char, 4096> buffer{};
    const auto isWhole = [&] {
        int found = 0;
        for (auto at = result.find("\"live\"}"); at != std::string::npos;
             at = result.find("\"live\"}", at + 1))
            ++found;
        return found >= answers;
    };
    while (!isWhole()) {
        const int count = socket.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
        if (count <= 0) break;
        result.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return result;
}

}  // namespace

TEST_CASE("server: five hundred idle connections leave room for the next request", "[service]") {
    ServiceFixture fixture;
    std::list<Poco::Net::StreamSocket> idle;
    for (int i = 0; i < 500; ++i) {
        idle.push_back(connectTo(fixture));
        if (i % 2 == 0) continue;  // half of them have never said anything
        say(idle.back(), kAsk);
        REQUIRE(has(hear(idle.back()), "200 OK"));
    }

    CHECK(fixture.get("/health/live").status == 200);
    for (auto& socket : idle) {  // and each of them is still served
        say(socket, kAsk);
        CHECK(has(hear(socket), "200 OK"));
    }
}

TEST_CASE("server: more requests than threads are all answered", "[service]") {
    ServiceFixture fixture;
    std::list<Poco::Net::StreamSocket> half;
    for (int i = 0; i < 63; ++i) {  // each began to speak, and waits
        half.push_back(connectTo(fixture));
        say(half.back(), "GET /health/live HTTP/1.1\r\n");
    }
    std::list<Poco::Net::StreamSocket> whole;
    for (int i = 0; i < 200; ++i) {
        whole.push_back(connectTo(fixture));
        say(whole.back(), kAsk);
    }
    for (auto& socket : whole) CHECK(has(hear(socket), "200 OK"));
    for (auto& socket : half) {
        say(socket, "Host: 127.0.0.1\r\n\r\n");
        CHECK(has(hear(socket), "200 OK"));
    }
}

TEST_CASE("server: requests that are sent ahead are answered in their order", "[service]") {
    ServiceFixture fixture;
    auto socket = connectTo(fixture);

    say(socket, std::string(kAsk) + kAsk + kAsk);

    const auto answers = hear(socket, 3);
    CHECK(std::count(answers.begin(), answers.end(), '{') == 3);
    say(socket, kAsk);
    CHECK(has(hear(socket), "200 OK"));
}

TEST_CASE("server: a request may come byte by byte", "[service]") {
    ServiceFixture fixture;
    auto socket = connectTo(fixture);
    for (const char* part = kAsk; *part != '\0'; ++part) say(socket, std::string(1, *part));

    CHECK(has(hear(socket), "200 OK"));
}

TEST_CASE("server: closes where it is asked to, and what is no HTTP", "[service]") {
    ServiceFixture fixture;

    CHECK(has(
        fixture.raw("GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"),
        "200 OK"));
    CHECK(has(fixture.raw("GET /health/live HTTP/1.0\r\n\r\n"), "200 OK"));
    const auto refused = fixture.raw("This is no HTTP at all, whatever it may be\r\n\r\n");
    CHECK(has(refused, " 400 "));
    CHECK(fixture.raw("", true) == "");
    CHECK(fixture.get("/health/live").status == 200);
}

TEST_CASE("server: ends while connections are open", "[service]") {
    ServiceFixture fixture;
    std::list<Poco::Net::StreamSocket> idle;
    for (int i = 0; i < 20; ++i) idle.push_back(connectTo(fixture));

    fixture.restart();

    CHECK(fixture.get("/health/live").status == 200);
}

TEST_CASE("server: a page does not wait for an EHR that too many wait for already", "[service]") {
    constexpr std::size_t kSlow = 48;
    ServiceFixture fixture({.ehrSecondsMax = 15});
    fixture.readWard();
    const auto page = fixture.open("patient-1");
    REQUIRE(fixture.get(page, "/api/patient").status == 200);  // held from now on
    fixture.ehr.fail(test::silent());
    const auto ask = "GET /api/patient HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + page.cookie +
                     "\r\nX-WhatMatters-Context: " + page.context + "\r\n\r\n";
    std::list<Poco::Net::StreamSocket> waiting;
    for (std::size_t i = 0; i < kSlow; ++i) {
        waiting.push_back(connectTo(fixture));
        say(waiting.back(), ask);
    }

    // As soon as they have been at it for half a second; long before the first of them gives up.
    std::string shown;
    REQUIRE(test::eventually([&] {
        auto further = connectTo(fixture);
        further.setReceiveTimeout(Poco::Timespan(0, 300'000));
        say(further, ask);
        try {
            std::array<char, 16 * 1024> buffer{};
            const int count = further.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
            shown.assign(buffer.data(), static_cast<std::size_t>(std::max(count, 0)));
        } catch (const Poco::TimeoutException&) {
            return false;
        }
        return true;
    }));
    CHECK(shown.starts_with("HTTP/1.1 200 "));
    CHECK(has(shown, "The EHR cannot be read at the moment. This is what was known"));
    for (auto& socket : waiting) CHECK(socket.available() == 0);
}

TEST_CASE("server: every route's answer has the headers that keep a browser strict", "[service]") {
    const bool isHttps = GENERATE(false, true);
    ServiceFixture fixture(
        {.publicUrl = isHttps ? "https://whatmatters.example" : "http://127.0.0.1:8080"});
    for (const auto& route : fixture.routes()) {
        CAPTURE(route);
        const auto space = route.find(' ');
        auto path = route.substr(space + 1);
        for (auto at = path.find('{'); at != path.npos; at = path.find('{'))
            path.replace(at, path.find('}') - at + 1, "x");
        const auto answer = fixture.raw(route.substr(0, space) + " " + path +
                                        " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                                        "Content-Length: 0\r\n\r\n");
        CHECK(has(answer, "\r\nContent-Security-Policy: "));
        const auto sniff = answer.find("\r\nX-Content-Type-Options: nosniff\r\n");
        CHECK(sniff != answer.npos);
        CHECK(answer.find("X-Content-Type-Options", sniff + 4) == answer.npos);  // once
        CHECK(has(answer, "\r\nReferrer-Policy: no-referrer\r\n"));
        CHECK(has(answer, "\r\nPermissions-Policy: "));
        CHECK(has(answer, "\r\nCache-Control: "));
        CHECK(has(answer, "\r\nStrict-Transport-Security: max-age=31536000\r\n") == isHttps);
    }
}

TEST_CASE("server: health and metrics have an address of their own", "[service]") {
    ServiceFixture fixture;
    CHECK(fixture.get("/health/live").status == 200);
    for (const std::string path : {"/health/ready", "/metrics"}) {
        CAPTURE(path);
        CHECK(fixture.get(path).status == 404);
        const auto answer = fixture.operations(path);
        CHECK(answer.status == 200);
        CHECK(answer.headers.find("X-Content-Type-Options") == "nosniff");
    }
    CHECK(fixture.operations("/health/live").status == 200);
    for (const std::string path : {"/app/patient", "/launch", "/cds-services", "/fhir/metadata"})
        CHECK(fixture.operations(path).status == 404);
}

TEST_CASE("server: a name that is not ours is told so, and how it becomes ours", "[service]") {
    ServiceFixture fixture;
    const auto ask = [&](const std::string& host) {
        return fixture.raw("GET /health/live HTTP/1.1\r\nHost: " + host +
                           "\r\nConnection: close\r\n\r\n");
    };
    const auto foreign = ask("evil.example");
    CHECK(foreign.starts_with("HTTP/1.1 421 Misdirected"));
    CHECK(has(foreign, "/service/names"));
    for (const std::string own : {"localhost", "127.0.0.1:80", "[::1]", "10.1.2.3:8080"})
        CHECK(ask(own).starts_with("HTTP/1.1 200 "));
}

}  // namespace server_test
