#include "fhir/http/watchdog.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>

namespace watchdog_test {

using fhir::deadlineIn;
using fhir::http::Watchdog;
using namespace std::chrono_literals;

namespace {

/// Two sockets that are each other's peer.
class SocketPair {
public:
    SocketPair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) == 0); }
    ~SocketPair() {
        for (const int end : ends_) ::close(end);
    }
    SocketPair(const SocketPair&) = delete;
    SocketPair& operator=(const SocketPair&) = delete;

    int near() const { return ends_[0]; }
    /// Waits for a byte from the far end: 1 where one came, 0 where the socket was shut down.
    long receive() {
        char byte = 0;
        return ::recv(near(), &byte, 1, 0);
    }
    void sendFromFar() { REQUIRE(::send(ends_[1], "x", 1, 0) == 1); }

private:
    std::array<int, 2> ends_{};
};

}  // namespace

TEST_CASE("watchdog: what waits on a socket ends at its deadline", "[fhir]") {
    Watchdog watchdog;
    SocketPair sockets;
    const auto start = std::chrono::steady_clock::now();
    const Watchdog::Watch watch(watchdog, sockets.near(), start + 50ms);

    CHECK(sockets.receive() == 0);

    CHECK(watch.fired());
    CHECK(std::chrono::steady_clock::now() >= start + 50ms);
}

TEST_CASE("watchdog: a socket whose watch has ended is left alone", "[fhir]") {
    Watchdog watchdog;
    SocketPair ended;
    SocketPair after;
    const auto start = std::chrono::steady_clock::now();
    { const Watchdog::Watch watch(watchdog, ended.near(), start + 20ms); }
    const Watchdog::Watch watch(watchdog, after.near(), start + 60ms);

    CHECK(after.receive() == 0);
    ended.sendFromFar();

    CHECK(ended.receive() == 1);
}

TEST_CASE("watchdog: an earlier deadline goes before one that was set first", "[fhir]") {
    Watchdog watchdog;
    SocketPair late;
    SocketPair early;
    const Watchdog::Watch lateWatch(watchdog, late.near(), deadlineIn(1h));
    const Watchdog::Watch earlyWatch(watchdog, early.near(), deadlineIn(20ms));

    CHECK(early.receive() == 0);

    CHECK(earlyWatch.fired());
    CHECK_FALSE(lateWatch.fired());
}

TEST_CASE("watchdog: a deadline that has passed ends the wait at once", "[fhir]") {
    Watchdog watchdog;
    SocketPair sockets;
    const Watchdog::Watch watch(watchdog, sockets.near(), deadlineIn(-1h));

    CHECK(sockets.receive() == 0);
    CHECK(watch.fired());
}

TEST_CASE("watchdog: a deadline that never comes does no harm", "[fhir]") {
    std::optional<Watchdog> watchdog(std::in_place);
    SocketPair sockets;
    sockets.sendFromFar();
    {
        const Watchdog::Watch watch(*watchdog, sockets.near(), fhir::Deadline::max());
        CHECK(sockets.receive() == 1);
        CHECK_FALSE(watch.fired());
    }

    watchdog.reset();
}

}  // namespace watchdog_test
