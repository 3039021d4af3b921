#include "fhir/http/transport.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <optional>

#include "fhir/base/error.h"
#include "fhir/http/answer_reader.h"
#include "fhir/http/connection_pool.h"

namespace fhir::http {
namespace {

using std::chrono::milliseconds;

bool isSafe(std::string_view text, bool spaces) noexcept {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte > 0x20 && byte != 0x7f) || (spaces && (c == ' ' || c == '\t'));
    });
}

/// The request as it goes over the wire. Throws Error{InvalidInput} where a part of it would break
/// out of its line (RFC 9110, section 5.5).
std::string inBytes(const Request& request) {
    const auto target = request.url.target();
    if (request.method.empty() || !isSafe(request.method, false) || !isSafe(target, false))
        throw Error(ErrorKind::InvalidInput, "the request line holds a space or a line break");
    auto text = request.method + " " + target + " HTTP/1.1\r\n";
    const auto origin = request.url.origin();
    text += "Host: " + origin.substr(origin.find("://") + 3) + "\r\n";
    if (!request.headers.find("Accept-Encoding")) text += "Accept-Encoding: gzip\r\n";
    for (const auto& [name, value] : request.headers) {
        if (name.empty() || !isSafe(name, false) || name.find(':') != std::string::npos)
            throw Error(ErrorKind::InvalidInput, "the name of a header field is none");
        if (!isSafe(value, true))
            throw Error(ErrorKind::InvalidInput,
                        "the header field " + name + " holds a line break or a control character");
        text += name + ": " + value + "\r\n";
    }
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT")
        text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    return text + "\r\n" + request.body;
}

class PocoTransport final : public Transport {
public:
    explicit PocoTransport(TransportOptions options)
        : options_(std::move(options)),
          connector_(options_, watchdog_),
          pool_(options_.connectionsMax) {}

    Response send(const Request& request, Deadline deadline) override {
        return carryOut(request, deadline, nullptr);
    }

    Response stream(const Request& request, Deadline deadline, const BodySink& sink) override {
        return carryOut(request, deadline, sink);
    }

private:
    Response carryOut(const Request& request, Deadline deadline, const BodySink& sink) {
        const auto origin = request.url.origin();
        const auto bytes = inBytes(request);
        ConnectionPool::Turn turn(pool_, origin, deadline);
        const bool mayRepeat = request.method == "GET" || request.method == "HEAD";
        // A kept connection that died before it answered says nothing about the server, but only a
        // request that may be repeated is (RFC 9110, section 9.2.2).
        if (auto kept = turn.take()) {
            if (auto response = exchange(turn, request, bytes, deadline, sink, std::move(kept)))
                return *std::move(response);
            if (!mayRepeat) closedBeforeAnswer(origin);
        }
        if (auto response = exchange(turn, request, bytes, deadline, sink,
                                     connector_.connect(request.url, deadline)))
            return *std::move(response);
        closedBeforeAnswer(origin);
    }

    /// nullopt where the connection ended before the first byte of an answer.
    std::optional<Response> exchange(ConnectionPool::Turn& turn, const Request& request,
                                     const std::string& bytes, Deadline deadline,
                                     const BodySink& sink, std::unique_ptr<Connection> connection) {
        const auto origin = request.url.origin();
        if (remaining(deadline) <= milliseconds::zero()) timedOut(origin);
        connection->setBroken(true);
        AnswerReader reader(
            [&](char* buffer, std::size_t size) { return connection->receive(buffer, size); },
            options_);
        // What the sink throws is not ours to reword.
        bool sinkThrew = false;
        const BodySink guarded = [&](std::string_view part) {
            sinkThrew = true;
            sink(part);
            sinkThrew = false;
        };
        std::optional<Response> response;
        {
            const Watchdog::Watch watch(watchdog_, connection->descriptor(), deadline);
            try {
                const bool sent = trySend(*connection, bytes);
                response = reader.read(request.method == "HEAD", sink ? guarded : nullptr);
                connection->setBroken(!sent);
            } catch (const Poco::Exception&) {
                if (sinkThrew) throw;
                if (watch.fired()) timedOut(origin);
                if (reader.begun()) unavailable("the answer broke off before its end");
            } catch (const Error& error) {
                if (sinkThrew) throw;
                if (watch.fired()) timedOut(origin);
                throw error.in(origin);
            }
            // Also where all that ended was an answer without a length.
            if (watch.fired()) timedOut(origin);
        }
        if (response && reader.isReusable()) turn.keep(std::move(connection));
        return response;
    }

    /// False where the other side stopped taking: it may have answered all the same.
    static bool trySend(Connection& connection, const std::string& bytes) {
        try {
            connection.send(bytes);
            return true;
        } catch (const Poco::Exception&) {
            return false;
        }
    }

    TransportOptions options_;
    Watchdog watchdog_;
    Connector connector_;
    ConnectionPool pool_;
};

}  // namespace

Response Transport::stream(const Request& request, Deadline deadline, const BodySink& sink) {
    auto response = send(request, deadline);
    if (response.status != 200) return response;
    sink(response.body);
    response.body.clear();
    return response;
}

std::unique_ptr<Transport> makeTransport(TransportOptions options) {
    return std::make_unique<PocoTransport>(std::move(options));
}

}  // namespace fhir::http
