#include "tests/support/raw_connection.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <sys/socket.h>

#include <array>
#include <vector>

namespace test {
namespace {

/// The answer that `text` begins with, in bytes; 0 where it is not whole.
std::size_t lengthOf(std::string_view text) {
    const auto end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    const auto head = text.substr(0, end);
    const auto field = head.find("\r\nContent-Length: ");
    const auto body =
        field == std::string_view::npos ? 0 : std::stoul(std::string(head.substr(field + 18, 20)));
    return text.size() < end + 4 + body ? 0 : end + 4 + body;
}

}  // namespace

RawConnection::RawConnection(std::uint16_t port, const std::string& host)
    : socket_(Poco::Net::SocketAddress(host, port)) {
    socket_.setNoDelay(true);
    socket_.setReceiveTimeout(Poco::Timespan(20, 0));
}

bool RawConnection::send(std::string_view bytes) {
    try {
        while (!bytes.empty()) {
            const int sent =
                socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()), MSG_NOSIGNAL);
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    } catch (const Poco::Exception&) {
        return false;
    }
}

void RawConnection::end() {
    try {
        socket_.shutdownSend();
    } catch (const Poco::Exception&) {
        return;  // the server has closed
    }
}

bool RawConnection::receive(std::string& all) {
    std::array<char, 16 * 1024> buffer{};
    try {
        const int count = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
        if (count <= 0) return false;
        all.append(buffer.data(), static_cast<std::size_t>(count));
        return true;
    } catch (const Poco::TimeoutException&) {
        all += "(open)";
        return false;
    } catch (const Poco::Exception&) {
        return false;
    }
}

std::string RawConnection::untilClosed() {
    std::string all;
    while (receive(all)) continue;
    return all;
}

std::string RawConnection::answers(std::size_t count) {
    std::string all;
    while (statusesOf(all).size() < count && receive(all)) continue;
    return all;
}

bool RawConnection::isClosed(std::chrono::milliseconds wait) {
    std::array<char, 1> one{};
    try {
        const Poco::Timespan span(static_cast<Poco::Timespan::TimeDiff>(wait.count()) * 1000);
        if (!socket_.poll(span, Poco::Net::Socket::SELECT_READ)) return false;
        return socket_.receiveBytes(one.data(), 1, MSG_PEEK) <= 0;
    } catch (const Poco::Exception&) {
        return true;
    }
}

std::vector<int> statusesOf(std::string_view answers) {
    std::vector<int> statuses;
    while (answers.starts_with("HTTP/1.1 ")) {
        const auto length = lengthOf(answers);
        if (length == 0) break;
        const int status = std::stoi(std::string(answers.substr(9, 3)));
        if (status >= 200) statuses.push_back(status);
        answers.remove_prefix(length);
    }
    if (!answers.empty() && lengthOf(answers) == 0 && !answers.starts_with("HTTP/1.1 "))
        statuses.push_back(-1);  // something that is no answer
    return statuses;
}

}  // namespace test
