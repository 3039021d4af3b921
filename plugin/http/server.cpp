#include "plugin/http/server.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include <array>
#include <istream>
#include <optional>
#include <ostream>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "fhir/base/random.h"
#include "plugin/http/router.h"

namespace plugin::http {
namespace {

using Handle = std::function<Response(Request)>;

/// The body, or nullopt where it is larger than allowed.
std::optional<std::string> readBody(Poco::Net::HTTPServerRequest& request, std::size_t bytesMax) {
    if (request.hasContentLength() &&
        static_cast<std::uint64_t>(request.getContentLength64()) > bytesMax)
        return std::nullopt;
    std::string body;
    std::array<char, 16 * 1024> buffer{};
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
bool isCutShort(Poco::Net::HTTPServerRequest& request, const std::string& body) {
    if (request.stream().bad()) return true;
    return request.hasContentLength() &&
           static_cast<std::uint64_t>(request.getContentLength64()) != body.size();
}

class Handler final : public Poco::Net::HTTPRequestHandler {
public:
    Handler(const Handle& handle, std::size_t bodyBytesMax)
        : handle_(handle), bodyBytesMax_(bodyBytesMax) {}

    void handleRequest(Poco::Net::HTTPServerRequest& in,
                       Poco::Net::HTTPServerResponse& out) override {
        const auto started = std::chrono::steady_clock::now();
        Request request;
        request.id = fhir::randomToken(9);
        request.received = started;
        request.method = in.getMethod();
        const auto& target = in.getURI();
        const auto mark = target.find('?');
        request.path = target.substr(0, mark);
        if (mark != std::string::npos) request.query = target.substr(mark + 1);
        for (const auto& [name, value] : in) request.headers.add(name, value);

        auto body = readBody(in, bodyBytesMax_);
        Response response;
        const auto id = request.id;
        const auto method = request.method;
        if (body && isCutShort(in, *body)) {
            response =
                problem(400, "The request is not right", "The body ended before its end.", request);
            out.setKeepAlive(false);
        } else if (body) {
            request.body = std::move(*body);
            response = handle_(std::move(request));
        } else {
            response = problem(
                413, "Too large",
                "The body may have at most " + std::to_string(bodyBytesMax_) + " bytes.", request);
            out.setKeepAlive(false);  // the rest of the body is still on the wire
        }
        send(response, id, method == "HEAD", out);
        const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - started);
        if (!response.route.starts_with("/check-in"))
            fhir::log::info("request", {{"request", id},
                                        {"method", method},
                                        {"route", response.route},
                                        {"status", std::to_string(response.status)},
                                        {"microseconds", std::to_string(elapsed.count())}});
    }

private:
    static void send(const Response& response, const std::string& id, bool headOnly,
                     Poco::Net::HTTPServerResponse& out) {
        if (response.sent != Response::Sent::Whole) out.setKeepAlive(false);
        if (response.sent == Response::Sent::Nothing) return;
        out.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(response.status));
        out.setReason(Poco::Net::HTTPResponse::getReasonForStatus(
            static_cast<Poco::Net::HTTPResponse::HTTPStatus>(response.status)));
        for (const auto& [name, value] : response.headers) out.add(name, value);
        out.set("X-Request-Id", id);
        if (!out.has("Cache-Control")) out.set("Cache-Control", "no-store");
        out.set("X-Content-Type-Options", "nosniff");
        out.setContentLength(static_cast<std::streamsize>(response.body.size()));
        auto& stream = out.send();
        const auto bytes =
            response.sent == Response::Sent::Half ? response.body.size() / 2 : response.body.size();
        if (!headOnly) stream.write(response.body.data(), static_cast<std::streamsize>(bytes));
        stream.flush();
    }

    const Handle& handle_;
    std::size_t bodyBytesMax_;
};

class HandlerFactory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    HandlerFactory(Handle handle, std::size_t bodyBytesMax)
        : handle_(std::move(handle)), bodyBytesMax_(bodyBytesMax) {}
    // Poco 1.11 takes ownership of a raw pointer.
    Poco::Net::HTTPRequestHandler* createRequestHandler(
        const Poco::Net::HTTPServerRequest&) override {
        return new Handler(handle_, bodyBytesMax_);
    }

private:
    Handle handle_;
    std::size_t bodyBytesMax_;
};

Poco::Net::HTTPServerParams::Ptr parameters(const ServerOptions& options) {
    Poco::Net::HTTPServerParams::Ptr result = new Poco::Net::HTTPServerParams;
    const Poco::Timespan timeout(static_cast<Poco::Timespan::TimeDiff>(options.timeout.count()) *
                                 1000);
    result->setTimeout(timeout);
    result->setKeepAliveTimeout(timeout);
    result->setMaxThreads(options.threadsMax);
    result->setMaxQueued(options.waitingMax);
    return result;
}

Poco::Net::ServerSocket listenAt(const ServerOptions& options) {
    try {
        return Poco::Net::ServerSocket(Poco::Net::SocketAddress(options.host, options.port), 256);
    } catch (const Poco::Exception&) {
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "cannot listen at " + options.host + ":" + std::to_string(options.port) +
                              ": the port is taken, or the address is not this machine's");
    }
}

}  // namespace

struct Server::State {
    State(const ServerOptions& options, Handle handle)
        : pool(2, options.threadsMax),
          socket(listenAt(options)),
          server(new HandlerFactory(std::move(handle), options.bodyBytesMax), pool, socket,
                 parameters(options)) {}
    Poco::ThreadPool pool;
    Poco::Net::ServerSocket socket;
    Poco::Net::HTTPServer server;
};

Server::Server(const ServerOptions& options, std::function<Response(Request)> handler)
    : state_(std::make_unique<State>(options, std::move(handler))) {
    state_->server.start();
}

Server::~Server() {
    state_->server.stopAll(false);  // waits for each request that runs, then closes its connection
    state_->pool.joinAll();
}

std::uint16_t Server::port() const noexcept {
    return state_->server.port();
}

}  // namespace plugin::http
