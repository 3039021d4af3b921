// Whose port it is.
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "plugin/http_server/server.h"
#include "tests/support/thrown.h"

namespace server_loop_test {

using plugin::http_server::Server;
using plugin::http_server::ServerOptions;

namespace {

using Poco::Net::SocketAddress;

Server serverAt(const std::string& host, std::uint16_t port = 0) {
    ServerOptions options;
    options.host = host;
    options.port = port;
    return Server(options, [](const plugin::http_server::Request&) {
        return plugin::http_server::Response::json(200, "{}");
    });
}

/// The socket of a process that would share its port with whoever else would.
class Sharer {
public:
    explicit Sharer(const SocketAddress& address)
        : descriptor_(::socket(address.af(), SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const int yes = 1;
        ::setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
        ::setsockopt(descriptor_, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes));
        listens_ = ::bind(descriptor_, address.addr(), address.length()) == 0 &&
                   ::listen(descriptor_, 1) == 0;
    }
    ~Sharer() { ::close(descriptor_); }
    Sharer(const Sharer&) = delete;
    Sharer& operator=(const Sharer&) = delete;

    bool listens() const { return listens_; }
    std::uint16_t port() const {
        sockaddr_storage address{};
        socklen_t length = sizeof(address);
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (::getsockname(descriptor_, generic, &length) != 0) return 0;
        return SocketAddress(generic, length).port();
    }

private:
    int descriptor_;
    bool listens_ = false;
};

/// Addresses to listen at, and where that is reached: those of IPv6 only on a machine that has it.
std::vector<std::pair<std::string, std::string>> hosts() {
    std::vector<std::pair<std::string, std::string>> result{{"127.0.0.1", "127.0.0.1"},
                                                            {"0.0.0.0", "127.0.0.1"}};
    if (Sharer(SocketAddress("::1", 0)).listens())
        result.insert(result.end(), {{"::1", "::1"}, {"::", "::1"}, {"::", "127.0.0.1"}});
    return result;
}

void checkTaken(const std::string& host, std::uint16_t port) {
    const auto error = test::thrown([&] { serverAt(host, port); });
    CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
    CHECK(std::string(error.what()) ==
          "cannot listen at " + host + ":" + std::to_string(port) +
              ": the port is taken, or the address is not this machine's");
}

/// The answer to one request, up to where the server closes.
std::string ask(const std::string& host, std::uint16_t port) {
    Poco::Net::StreamSocket socket(SocketAddress(host, port));
    socket.setReceiveTimeout(Poco::Timespan(20, 0));
    const std::string request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    socket.sendBytes(request.data(), static_cast<int>(request.size()));
    std::string all;
    std::array<char, 4096> buffer{};
    while (const int count = socket.receiveBytes(buffer.data(), buffer.size()))
        all.append(buffer.data(), static_cast<std::size_t>(count));
    return all;
}

}  // namespace

TEST_CASE("server loop: a port is that of one server", "[service]") {
    for (const auto& [host, reached] : hosts()) {
        CAPTURE(host, reached);
        const auto first = serverAt(host);

        checkTaken(host, first.port());
        CHECK_FALSE(Sharer(SocketAddress(host, first.port())).listens());
        CHECK(ask(reached, first.port()).starts_with("HTTP/1.1 200 "));
    }
}

TEST_CASE("server loop: a port that somebody else would share is taken", "[service]") {
    for (const auto& [host, reached] : hosts()) {
        CAPTURE(host);
        const Sharer other(SocketAddress(host, 0));
        REQUIRE(other.listens());

        checkTaken(host, other.port());
    }
}

TEST_CASE("server loop: a server that is back has its port at once", "[service]") {
    for (const auto& [host, reached] : hosts()) {
        CAPTURE(host, reached);
        std::uint16_t port = 0;
        Poco::Net::StreamSocket open;
        {
            const auto first = serverAt(host);
            port = first.port();
            // The server closes first, so its side keeps the port for a minute (TIME_WAIT).
            REQUIRE(ask(reached, port).starts_with("HTTP/1.1 200 "));
            open.connect(SocketAddress(reached, port));  // and this it closes at its end
        }

        const auto second = serverAt(host, port);

        CHECK(second.port() == port);
        CHECK(ask(reached, port).starts_with("HTTP/1.1 200 "));
    }
}

}  // namespace server_loop_test
