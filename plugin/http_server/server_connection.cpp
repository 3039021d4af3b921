#include "plugin/http_server/server_connection.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Exception.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Timestamp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "fhir/base/log.h"
#include "fhir/base/random.h"
#include "plugin/http_server/forwarded.h"
#include "plugin/http_server/problem.h"

namespace plugin::http_server {
namespace {

constexpr std::chrono::seconds kDrain{2};
constexpr std::size_t kDrainBytesMax = 16 * 1024 * 1024;
/// More memory than this is given back after an answer.
constexpr std::size_t kKeptBytesMax = 64 * 1024;

fhir::Deadline now() {
    return std::chrono::steady_clock::now();
}

/// How much longer something may take that moves.
std::chrono::milliseconds earned(std::size_t bytes, const Patience& patience) {
    return std::chrono::milliseconds(bytes * 1000 /
                                     std::max<std::size_t>(patience.bytesPerSecond, 1));
}

/// Whether the system has nothing, or takes nothing, at the moment alone.
bool isForNow(int error) noexcept {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7).
std::string httpDate() {
    return Poco::DateTimeFormatter::format(Poco::Timestamp(), Poco::DateTimeFormat::HTTP_FORMAT);
}

void addField(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

/// Without addresses, paths or queries: only what route answered, how and how fast.
void writeLog(const Request& request, const Response& response) {
    if (response.route.starts_with("/check-in")) return;
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::microseconds>(now() - request.received);
    fhir::log::info("request", {{"request", request.id},
                                {"method", request.method},
                                {"route", response.route},
                                {"status", std::to_string(response.status)},
                                {"microseconds", std::to_string(elapsed.count())}});
}

}  // namespace

ServerConnection::ServerConnection(const Poco::Net::StreamSocket& socket,
                                   const ServerOptions& options,
                                   std::atomic<std::size_t>& bodiesBytes)
    : options_(options),
      socket_(socket),
      address_(socket_.peerAddress().host().toString()),
      reader_(options.request),
      bodiesBytes_(bodiesBytes),
      waitingSince_(now()) {
    socket_.setBlocking(true);  // what must not wait says so by MSG_DONTWAIT
    socket_.setNoDelay(true);   // an answer is one piece and waits for nothing
    socket_.setReceiveTimeout(
        Poco::Timespan(static_cast<Poco::Timespan::TimeDiff>(kLinger.count()) * 1000));
}

ServerConnection::~ServerConnection() {
    bodiesBytes_ -= counted_;
    try {
        socket_.close();  // at once: what the poller has just seen holds on to its sockets
    } catch (const Poco::Exception&) {
        return;  // nobody is told any more
    }
}

void ServerConnection::count() noexcept {
    const auto bytes = bodyBytes();
    if (bytes == counted_) return;
    bodiesBytes_ += bytes - counted_;  // modulo 2^64, so that it may be less
    counted_ = bytes;
}

ServerConnection::Input ServerConnection::receive() noexcept {
    return take(MSG_DONTWAIT);
}

ServerConnection::Input ServerConnection::linger() noexcept {
    return take(0);
}

ServerConnection::Input ServerConnection::readOn() noexcept {
    reader_.take({});
    count();
    return inputOf(reader_.state());
}

ServerConnection::Input ServerConnection::take(int flags) noexcept {
    thread_local std::array<char, 64 * 1024> buffer;
    const auto received = ::recv(descriptor(), buffer.data(), buffer.size(), flags);
    if (received > 0) {
        reader_.take({buffer.data(), static_cast<std::size_t>(received)});
        count();
        return inputOf(reader_.state());
    }
    if (received < 0) return isForNow(errno) ? Input::Nothing : Input::Ended;
    if (reader_.state() == RequestReader::State::Empty) return Input::Ended;
    reader_.refuse(
        {400, "invalid-input", "The request is not right", "The request ended before its end."});
    return Input::Refused;
}

ServerConnection::Input ServerConnection::inputOf(RequestReader::State state) noexcept {
    using State = RequestReader::State;
    if (state == State::Empty) return Input::Nothing;
    if (headSince_ == fhir::Deadline{}) headSince_ = now();
    if (state == State::Refused) return Input::Refused;
    if (state == State::Whole) return Input::Request;
    if (state == State::Head) return Input::Nothing;
    if (bodySince_ == fhir::Deadline{}) bodySince_ = now();
    if (reader_.takeExpectsContinue()) {
        out_ += "HTTP/1.1 100 Continue\r\n\r\n";
        if (send() != Output::Sent) return Input::Ended;
    }
    return Input::Nothing;
}

bool ServerConnection::isAsking() const noexcept {
    return reader_.state() == RequestReader::State::Head ||
           reader_.state() == RequestReader::State::Body;
}

fhir::Deadline ServerConnection::expires() const noexcept {
    const auto& patience = options_.patience;
    if (next_ == Next::Drain && !isAnswering()) return waitingSince_ + kDrain;
    if (isAnswering()) return waitingSince_ + patience.answer + earned(at_, patience);
    switch (reader_.state()) {
        case RequestReader::State::Head:
            return headSince_ + patience.head;
        case RequestReader::State::Body:
            return bodySince_ + patience.body + earned(reader_.bodyBytes(), patience);
        default:
            return waitingSince_ + patience.idle;
    }
}

Request ServerConnection::takeRequest() {
    auto request = reader_.takeRequest();
    request.id = fhir::randomToken(9);
    request.received = std::exchange(headSince_, fhir::Deadline{});
    bodySince_ = {};
    bodyBytes_ = request.body.size();
    request.clientAddress = callerOf(address_, request.headers, options_.trustedProxies);
    return request;
}

void ServerConnection::compose(const Request& request, const Response& response, bool isLast) {
    const auto status = static_cast<Poco::Net::HTTPResponse::HTTPStatus>(response.status);
    out_.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    out_.append(Poco::Net::HTTPResponse::getReasonForStatus(status)).append("\r\n");
    addField(out_, "Date", httpDate());
    addField(out_, "Connection", isLast ? "Close" : "Keep-Alive");
    for (const auto& [name, value] : response.headers) addField(out_, name, value);
    addField(out_, "X-Request-Id", request.id);
    if (!response.headers.find("Cache-Control")) addField(out_, "Cache-Control", "no-store");
    for (const auto& [name, value] : options_.defaultHeaders)
        if (!response.headers.find(name)) addField(out_, name, value);
    if (!response.headers.find("X-Content-Type-Options"))
        addField(out_, "X-Content-Type-Options", "nosniff");
    const bool hasLength = !response.events && response.status != 204 && response.status != 304;
    if (hasLength) addField(out_, "Content-Length", std::to_string(response.body.size()));
    out_.append("\r\n");
    if (request.method == "HEAD" || response.events) return;
    const auto bytes =
        response.sent == Response::Sent::Half ? response.body.size() / 2 : response.body.size();
    out_.append(response.body, 0, bytes);
}

ServerConnection::Output ServerConnection::answer(const Request& request,
                                                  Response response) noexcept {
    try {
        bodyBytes_ = 0;
        count();
        if (request.method == "HEAD") response.events = nullptr;
        const bool isWhole = response.sent == Response::Sent::Whole;
        next_ = response.events                   ? Next::Events
                : isWhole && reader_.keepsAlive() ? Next::Request
                                                  : Next::Close;
        if (response.sent != Response::Sent::Nothing)
            compose(request, response, next_ != Next::Request);
        events_ = std::move(response.events);
        writeLog(request, response);
        return send();
    } catch (const std::exception&) {
        fhir::log::error("an answer could not be sent");
        return Output::Lost;
    }
}

ServerConnection::Output ServerConnection::answerRefusal() noexcept {
    try {
        Request request;
        request.id = fhir::randomToken(9);
        request.received = headSince_;
        auto response = problem(reader_.refusal(), request);
        response.route = "(refused)";
        next_ = Next::Drain;
        compose(request, response, /*isLast*/ true);
        writeLog(request, response);
        return send();
    } catch (const std::exception&) {
        return Output::Lost;
    }
}

ServerConnection::Output ServerConnection::send() noexcept {
    while (at_ < out_.size()) {
        const auto sent =
            ::send(descriptor(), out_.data() + at_, out_.size() - at_, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0) return isForNow(errno) ? Output::Waiting : Output::Lost;
        at_ += static_cast<std::size_t>(sent);
    }
    at_ = 0;
    out_.clear();
    if (out_.capacity() > kKeptBytesMax) out_.shrink_to_fit();
    return Output::Sent;
}

void ServerConnection::beginDrain() noexcept {
    try {
        socket_.shutdownSend();
    } catch (const Poco::Exception&) {
        return;  // the caller is gone; draining sees it
    }
}

bool ServerConnection::drain() noexcept {
    std::array<char, 16 * 1024> buffer;
    const auto received = ::recv(descriptor(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (received < 0) return isForNow(errno);
    drained_ += static_cast<std::size_t>(received);
    return received > 0 && drained_ <= kDrainBytesMax;
}

}  // namespace plugin::http_server
