#include "plugin/http_server/server_connection.h"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Timestamp.h>

#include <array>
#include <istream>
#include <ostream>
#include <sstream>

#include "fhir/base/log.h"
#include "fhir/base/random.h"
#include "plugin/http_server/router.h"

namespace plugin::http_server {
namespace {

using Poco::Net::HTTPResponse;
using Poco::Net::HTTPServerRequestImpl;
using Poco::Net::HTTPServerResponseImpl;

/// The body, or nullopt where it is larger than allowed.
std::optional<std::string> readBody(HTTPServerRequestImpl& request, std::size_t bytesMax) {
    std::string body;
    // Neither a length nor chunks: there is none (RFC 9112, section 6.3). Poco would read on until
    // the peer closes, and a browser that asks by OPTIONS does not.
    if (!request.hasContentLength() && !request.getChunkedTransferEncoding()) return body;
    if (request.hasContentLength()) {
        const auto bytes = static_cast<std::uint64_t>(request.getContentLength64());
        if (bytes > bytesMax) return std::nullopt;
        // Not all at once on somebody's word: they have yet to send it.
        constexpr std::uint64_t kReserveMax = 64 * 1024;
        body.reserve(static_cast<std::size_t>(std::min(bytes, kReserveMax)));
    }
    std::array<char, 16 * 1024> buffer;
    auto& stream = request.stream();
    while (stream) {
        stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        body.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
        if (body.size() > bytesMax) return std::nullopt;
    }
    return body;
}

/// Whether the body ended before its end, by a broken connection or a time-out: half a form may
/// well be a form (RFC 9112, section 8).
bool isCutShort(HTTPServerRequestImpl& request, const std::string& body) {
    if (request.stream().bad()) return true;
    return request.hasContentLength() &&
           static_cast<std::uint64_t>(request.getContentLength64()) != body.size();
}

Request requestOf(const HTTPServerRequestImpl& in, fhir::Deadline received) {
    Request request;
    request.id = fhir::randomToken(9);
    request.received = received;
    request.clientAddress = in.clientAddress().host().toString();
    request.method = in.getMethod();
    const auto& target = in.getURI();
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = target.substr(mark + 1);
    for (const auto& [name, value] : in) request.headers.add(name, value);
    return request;
}

/// Of an answer whose body ends with the connection. The library's own stream for it would say at
/// its end that nothing more comes.
void sendHead(Poco::Net::StreamSocket& socket, HTTPServerResponseImpl& out) {
    out.setKeepAlive(false);
    std::ostringstream head;
    out.write(head);
    const auto text = head.str();
    const auto size = static_cast<int>(text.size());
    if (socket.sendBytes(text.data(), size) != size)
        throw Poco::Net::ConnectionAbortedException("the head was not taken");
}

void send(const Response& response, const std::string& id, bool headOnly,
          HTTPServerResponseImpl& out, Poco::Net::StreamSocket& socket) {
    if (response.sent != Response::Sent::Whole) out.setKeepAlive(false);
    if (response.sent == Response::Sent::Nothing) return;
    const auto status = static_cast<HTTPResponse::HTTPStatus>(response.status);
    out.setStatus(status);
    out.setReason(HTTPResponse::getReasonForStatus(status));
    for (const auto& [name, value] : response.headers) out.add(name, value);
    out.set("X-Request-Id", id);
    if (!out.has("Cache-Control")) out.set("Cache-Control", "no-store");
    out.set("X-Content-Type-Options", "nosniff");
    if (response.events) return sendHead(socket, out);
    out.setContentLength(static_cast<std::streamsize>(response.body.size()));
    auto& stream = out.send();
    const auto bytes =
        response.sent == Response::Sent::Half ? response.body.size() / 2 : response.body.size();
    if (!headOnly) stream.write(response.body.data(), static_cast<std::streamsize>(bytes));
    stream.flush();
}

/// Without addresses, paths or queries: only what route answered, how and how fast.
void writeLog(const std::string& id, const std::string& method, const Response& response,
              fhir::Deadline received) {
    if (response.route.starts_with("/check-in")) return;
    const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - received);
    fhir::log::info("request", {{"request", id},
                                {"method", method},
                                {"route", response.route},
                                {"status", std::to_string(response.status)},
                                {"microseconds", std::to_string(elapsed.count())}});
}

}  // namespace

ServerConnection::ServerConnection(const Poco::Net::StreamSocket& socket,
                                   const Poco::Net::HTTPServerParams::Ptr& parameters)
    : parameters_(parameters), session_(socket, parameters) {
    session_.socket().setNoDelay(true);  // an answer is one piece and waits for nothing
}

void ServerConnection::serveOne(const Handle& handle, std::size_t bodyBytesMax,
                                fhir::Deadline received) {
    HTTPServerResponseImpl out(session_);
    HTTPServerRequestImpl in(out, session_, parameters_);
    out.setDate(Poco::Timestamp());
    out.setVersion(in.getVersion());
    out.setKeepAlive(in.getKeepAlive());
    // Poco leaves trailers unread, and a body in a coding that it does not know: the next request
    // would be one that no proxy has seen (RFC 9112, section 11.2).
    if (in.has(Poco::Net::HTTPMessage::TRANSFER_ENCODING)) out.setKeepAlive(false);
    if (in.getExpectContinue()) out.sendContinue();

    auto request = requestOf(in, received);
    const auto id = request.id;
    const auto method = request.method;
    auto body = readBody(in, bodyBytesMax);
    Response response;
    if (body && isCutShort(in, *body)) {
        response = problem(
            {400, "invalid-input", "The request is not right", "The body ended before its end."},
            request);
        out.setKeepAlive(false);
    } else if (body) {
        request.body = std::move(*body);
        response = handle(std::move(request));
    } else {
        response =
            problem({413, "too-large", "Too large",
                     "The body may have at most " + std::to_string(bodyBytesMax) + " bytes."},
                    request);
        out.setKeepAlive(false);  // the rest of the body is still on the wire
    }
    if (method == "HEAD") response.events = nullptr;
    send(response, id, method == "HEAD", out, session_.socket());
    events_ = std::move(response.events);
    writeLog(id, method, response, received);
    session_.setKeepAlive(out.getKeepAlive());
}

ServerConnection::Next ServerConnection::serve(const Handle& handle, std::size_t bodyBytesMax,
                                               fhir::Deadline received) noexcept {
    try {
        serveOne(handle, bodyBytesMax, received);
        if (events_) return Next::Events;
        return session_.getKeepAlive() ? Next::Request : Next::Close;
    } catch (const Poco::Net::NoMessageException&) {
        return Next::Close;  // closed, or idle for too long
    } catch (const Poco::Net::MessageException&) {
        return refuse();
    } catch (const Poco::Exception&) {
        return Next::Close;  // the peer is gone, or too slow: there is nobody to tell
    } catch (const std::exception&) {
        fhir::log::error("a connection failed unexpectedly");
        return Next::Close;
    }
}

ServerConnection::Next ServerConnection::refuse() noexcept {
    try {
        HTTPServerResponseImpl out(session_);
        out.setVersion(Poco::Net::HTTPMessage::HTTP_1_1);
        out.setStatusAndReason(HTTPResponse::HTTP_BAD_REQUEST);
        out.setKeepAlive(false);
        out.setContentLength(0);
        out.send().flush();
    } catch (const Poco::Exception&) {
        return Next::Close;  // gone before it could be told
    }
    return Next::Close;
}

bool ServerConnection::hasMore(std::chrono::milliseconds wait) noexcept {
    try {
        return session_.hasBuffered() ||
               session_.socket().poll(
                   Poco::Timespan(static_cast<Poco::Timespan::TimeDiff>(wait.count()) * 1000),
                   Poco::Net::Socket::SELECT_READ);
    } catch (const Poco::Exception&) {
        return true;  // reading it will tell
    }
}

}  // namespace plugin::http_server
