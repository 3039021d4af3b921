#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace test {

/// A connection to a server on this machine on which bytes are sent as they are. Waits for at most
/// 20 s for an answer.
class RawConnection {
public:
    explicit RawConnection(std::uint16_t port, const std::string& host = "127.0.0.1");

    /// False where the server has closed.
    bool send(std::string_view bytes);
    /// Sends no more.
    void end();
    /// What comes until the server closes. Where it does not, ends with "(open)".
    std::string untilClosed();
    /// What comes until `count` answers of the statuses that are expected here (with a
    /// Content-Length, or without a body) are whole, or the server closes.
    std::string answers(std::size_t count);
    /// Whether the server has closed, or does within this time, and all it sent was read.
    bool isClosed(std::chrono::milliseconds wait = std::chrono::milliseconds::zero());
    Poco::Net::StreamSocket& socket() { return socket_; }

private:
    bool receive(std::string& all);
    Poco::Net::StreamSocket socket_;
};

/// The statuses of answers that came one after the other, each with a Content-Length; interim ones
/// left out.
std::vector<int> statusesOf(std::string_view answers);

}  // namespace test
