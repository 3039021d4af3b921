// Pages that are open and told of changes.
#include <Poco/Net/StreamSocket.h>

#include <array>
#include <fstream>
#include <list>

#include "tests/service/service_fixture.h"

namespace live_test {

using test::form;
using test::has;
using test::Page;
using test::ServiceFixture;

namespace {

/// A browser that holds a stream of events open.
class Stream {
public:
    Stream(const ServiceFixture& fixture, const Page& page, const std::string& what)
        : socket_(Poco::Net::SocketAddress("127.0.0.1", fixture.port())) {
        socket_.setReceiveTimeout(Poco::Timespan(20, 0));
        std::string request = "GET /api/" + what + "/events HTTP/1.1\r\nHost: 127.0.0.1\r\n";
        for (const auto& [name, value] : page.headers()) request += name + ": " + value + "\r\n";
        request += "\r\n";
        socket_.sendBytes(request.data(), static_cast<int>(request.size()));
    }

    /// Whether this comes, after what was heard before.
    bool hears(const std::string& text) {
        for (;;) {
            const auto found = heard_.find(text);
            if (found != std::string::npos) {
                heard_.erase(0, found + text.size());
                return true;
            }
            if (!read()) return false;
        }
    }
    /// Everything until the service closes the connection.
    std::string rest() {
        while (read()) continue;
        return heard_;
    }

private:
    bool read() {
        std::array<char, 4096> buffer{};
        const int count = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
        if (count > 0) heard_.append(buffer.data(), static_cast<std::size_t>(count));
        return count > 0;
    }
    Poco::Net::StreamSocket socket_;
    std::string heard_;
};

int threads() {
    std::ifstream status("/proc/self/status");
    std::string line;
    while (std::getline(status, line))
        if (line.starts_with("Threads:")) return std::stoi(line.substr(8));
    return 0;
}

}  // namespace

TEST_CASE("live: a thousand open pages take no thread each, and all are told", "[service]") {
    ServiceFixture fixture;
    fixture.readWard();
    constexpr int kSessions = 63;
    constexpr int kPagesEach = 16;
    std::list<Stream> streams;
    const auto patient = fixture.open("patient-1");
    const int before = threads();
    for (int session = 0; session < kSessions; ++session) {
        const auto page = fixture.openWard();
        for (int i = 0; i < kPagesEach; ++i) {
            streams.emplace_back(fixture, page, "ward");
            REQUIRE(streams.back().hears("event: open\n"));
        }
    }
    REQUIRE(streams.size() > 1000);

    CHECK(threads() <= before + 8);
    CHECK(has(fixture.operations("/metrics").body, "whatmatters_live_pages 1008"));
    CHECK(fixture.get("/health/live").status == 200);
    REQUIRE(fixture.post(patient, "/api/patient/statements", form("To dance.")).status == 201);

    for (auto& stream : streams) CHECK(stream.hears("event: changed\ndata: {\"version\":"));
    CHECK(threads() <= before + 8);
}

TEST_CASE("live: a patient's page is told of what is said, and of its receipt", "[service]") {
    ServiceFixture fixture;
    const auto page = fixture.open("patient-1");
    Stream stream(fixture, page, "patient");
    Stream other(fixture, fixture.open("patient-2"), "patient");
    REQUIRE(stream.hears("event: open\n"));
    REQUIRE(other.hears("event: open\n"));

    REQUIRE(fixture.post(page, "/api/patient/statements", form("To dance.")).status == 201);

    CHECK(stream.hears("event: changed\n"));
    CHECK(stream.hears("event: receipt\n"));
    fixture.restart();  // which ends the streams
    const auto rest = other.rest();
    CHECK_FALSE(has(rest, "changed"));
    CHECK_FALSE(has(rest, "receipt"));
}

TEST_CASE("live: a ward's page is told of each reading, and whether anything is new", "[service]") {
    ServiceFixture fixture;
    fixture.readWard();
    Stream stream(fixture, fixture.openWard(), "ward");
    REQUIRE(stream.hears("event: open\n"));

    fixture.readWard();

    CHECK(stream.hears("event: read\n"));
}

TEST_CASE("live: nothing that a stream says tells of a patient", "[service]") {
    ServiceFixture fixture;
    fixture.readWard();
    const auto page = fixture.open("patient-1");
    Stream ward(fixture, fixture.openWard(), "ward");
    Stream patient(fixture, page, "patient");
    REQUIRE(ward.hears("event: open\n"));
    REQUIRE(patient.hears("event: open\n"));
    REQUIRE(fixture.post(page, "/api/patient/statements", form("To dance.")).status == 201);
    REQUIRE(ward.hears("event: changed\n"));
    REQUIRE(patient.hears("event: receipt\n"));
    fixture.restart();

    for (const auto& heard : {ward.rest(), patient.rest()}) {
        CHECK_FALSE(has(heard, "dance"));
        CHECK_FALSE(has(heard, "patient-1"));
        CHECK_FALSE(has(heard, test::kUuid));
    }
}

TEST_CASE("live: a stream is for the page that was opened, and as many as a browser may have",
          "[service]") {
    ServiceFixture fixture;
    const auto ward = fixture.openWard();
    const auto patient = fixture.open("patient-1");

    CHECK(fixture.get("/api/ward/events").status == 401);
    CHECK(fixture.get("/api/patient/events").status == 401);
    CHECK(fixture.get(patient, "/api/ward/events").status == 403);
    CHECK(fixture.get(ward, "/api/patient/events").status == 403);
    CHECK(fixture.send("HEAD", "/api/ward/events", ward.headers()).status == 200);

    std::list<Stream> streams;
    for (int i = 0; i < 16; ++i) {
        streams.emplace_back(fixture, ward, "ward");
        REQUIRE(streams.back().hears("event: open\n"));
    }
    CHECK(fixture.get(ward, "/api/ward/events").status == 503);
    streams.clear();
    const auto isTaken = [&] {
        Stream again(fixture, ward, "ward");
        return again.hears("event: open\n");
    };
    CHECK(test::eventually(isTaken));  // as soon as those that are closed are seen to be
}

}  // namespace live_test
