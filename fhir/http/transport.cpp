#include "fhir/http/transport.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SSLManager.h>

#include <array>
#include <istream>
#include <map>
#include <mutex>
#include <ostream>
#include <vector>

#include "fhir/base/error.h"

namespace fhir::http {
namespace {

using Poco::Net::HTTPClientSession;
using std::chrono::milliseconds;

milliseconds remaining(Deadline deadline) {
    return std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
}

Poco::Timespan timespan(milliseconds span) {
    return Poco::Timespan(static_cast<Poco::Timespan::TimeDiff>(span.count()) * 1000);
}

[[noreturn]] void timedOut() {
    throw Error(ErrorKind::Unavailable, "no complete answer within the time allowed");
}

Poco::Net::Context::Ptr makeTlsContext(const TransportOptions& options) {
    // Poco's manager must have met a handler before the first handshake; ours refuses.
    static std::once_flag once;
    std::call_once(once, [] { Poco::Net::initializeSSL(); });
    using Poco::Net::Context;
    Context::Ptr context =
        new Context(Context::TLS_CLIENT_USE, "", "", options.certificateAuthorities,
                    Context::VERIFY_STRICT, 9, options.certificateAuthorities.empty());
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    return context;
}

/// Kept-alive connections, free to be taken, by origin.
class ConnectionPool {
public:
    std::unique_ptr<HTTPClientSession> take(const std::string& origin) {
        const std::lock_guard lock(mutex_);
        auto& idle = idle_[origin];
        while (!idle.empty()) {
            auto entry = std::move(idle.back());
            idle.pop_back();
            // An old one has likely been closed by the other side; a POST on it would end in doubt.
            if (std::chrono::steady_clock::now() - entry.since < kIdleMax)
                return std::move(entry.session);
        }
        return nullptr;
    }

    void give(const std::string& origin, std::unique_ptr<HTTPClientSession> session) {
        const std::lock_guard lock(mutex_);
        auto& idle = idle_[origin];
        if (idle.size() < kIdlePerOrigin)
            idle.push_back({std::move(session), std::chrono::steady_clock::now()});
    }

private:
    static constexpr std::size_t kIdlePerOrigin = 16;
    static constexpr std::chrono::seconds kIdleMax{4};
    struct Idle {
        std::unique_ptr<HTTPClientSession> session;
        Deadline since;
    };
    std::mutex mutex_;
    std::map<std::string, std::vector<Idle>> idle_;
};

class PocoTransport final : public Transport {
public:
    explicit PocoTransport(TransportOptions options) : options_(std::move(options)) {}

    Response send(const Request& request, Deadline deadline) override {
        const auto origin = request.url.origin();
        auto session = pool_.take(origin);
        const bool reused = session != nullptr;
        if (!reused) session = connect(request.url);
        try {
            return exchange(request, deadline, origin, std::move(session));
        } catch (const ConnectionLost&) {
            // A kept connection that died before it answered says nothing about the server, but
            // only a request that may be repeated is (RFC 9110, section 9.2.2).
            if (!reused || request.method != "GET")
                throw Error(ErrorKind::Unavailable, "the connection was closed before an answer");
        }
        try {
            return exchange(request, deadline, origin, connect(request.url));
        } catch (const ConnectionLost&) {
            throw Error(ErrorKind::Unavailable, "the connection was closed before an answer");
        }
    }

private:
    struct ConnectionLost {};

    std::unique_ptr<HTTPClientSession> connect(const Url& url) {
        std::unique_ptr<HTTPClientSession> session;
        if (url.scheme == "https")
            session =
                std::make_unique<Poco::Net::HTTPSClientSession>(url.host, url.port, tlsContext());
        else
            session = std::make_unique<HTTPClientSession>(url.host, url.port);
        session->setKeepAlive(true);
        session->setKeepAliveTimeout(Poco::Timespan(60, 0));
        return session;
    }

    Poco::Net::Context::Ptr tlsContext() {
        const std::lock_guard lock(tlsMutex_);
        try {
            if (!tls_) tls_ = makeTlsContext(options_);
        } catch (const Poco::Exception&) {
            throw Error(ErrorKind::InvalidInput,
                        "the file of certificate authorities cannot be read");
        }
        return tls_;
    }

    Response exchange(const Request& request, Deadline deadline, const std::string& origin,
                      std::unique_ptr<HTTPClientSession> session) try {
        const auto left = remaining(deadline);
        if (left <= milliseconds::zero()) timedOut();
        session->setTimeout(timespan(std::min(left, options_.connectTimeout)), timespan(left),
                            timespan(left));
        sendRequest(request, *session);
        Poco::Net::HTTPResponse head;
        head.setFieldLimit(options_.headerFieldsMax);
        auto& stream = session->receiveResponse(head);
        Response response;
        response.status = head.getStatus();
        for (const auto& [name, value] : head) response.headers.add(name, value);
        response.body = readBody(stream, head, deadline);
        if (head.getKeepAlive()) pool_.give(origin, std::move(session));
        return response;
    } catch (const Poco::Net::NoMessageException&) {
        throw ConnectionLost{};
    } catch (const Poco::Net::ConnectionResetException&) {
        throw ConnectionLost{};
    } catch (const Poco::Net::ConnectionAbortedException&) {
        throw ConnectionLost{};
    } catch (const Poco::TimeoutException&) {
        timedOut();
    } catch (const Poco::Net::ConnectionRefusedException&) {
        throw Error(ErrorKind::Unavailable, "nothing listens at " + origin);
    } catch (const Poco::Net::HostNotFoundException&) {
        throw Error(ErrorKind::Unavailable, "the host name of " + origin + " is not known");
    } catch (const Poco::Net::DNSException&) {
        throw Error(ErrorKind::Unavailable, "the host name of " + origin + " cannot be looked up");
    } catch (const Poco::Net::SSLException& error) {
        throw Error(ErrorKind::Unavailable,
                    "no trusted TLS connection to " + origin + ": " + std::string(error.name()));
    } catch (const Poco::Net::MessageException&) {
        throw Error(ErrorKind::BadReply, "the answer is not HTTP, or its header is too large");
    } catch (const Poco::Exception& error) {
        throw Error(ErrorKind::Unavailable,
                    "the connection to " + origin + " failed: " + std::string(error.name()));
    }

    static void sendRequest(const Request& request, HTTPClientSession& session) {
        Poco::Net::HTTPRequest head(request.method, request.url.target(), "HTTP/1.1");
        for (const auto& [name, value] : request.headers) head.add(name, value);
        if (!request.body.empty() || request.method == "POST" || request.method == "PUT")
            head.setContentLength(static_cast<std::streamsize>(request.body.size()));
        auto& out = session.sendRequest(head);
        out.write(request.body.data(), static_cast<std::streamsize>(request.body.size()));
        out.flush();
        if (!out && session.networkException() != nullptr) session.networkException()->rethrow();
    }

    std::string readBody(std::istream& stream, const Poco::Net::HTTPResponse& head,
                         Deadline deadline) const {
        const auto tooLarge = [&] {
            return Error(ErrorKind::BadReply, "the answer is larger than " +
                                                  std::to_string(options_.bodyBytesMax) + " bytes");
        };
        const bool lengthKnown = head.hasContentLength();
        if (lengthKnown &&
            static_cast<std::uint64_t>(head.getContentLength64()) > options_.bodyBytesMax)
            throw tooLarge();
        std::string body;
        std::array<char, 16 * 1024> buffer{};
        while (stream) {
            stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
            body.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
            if (body.size() > options_.bodyBytesMax) throw tooLarge();
            if (stream && remaining(deadline) <= milliseconds::zero()) timedOut();
        }
        const bool mayHaveBody = head.getStatus() != 204 && head.getStatus() != 304;
        if (lengthKnown && mayHaveBody &&
            body.size() != static_cast<std::uint64_t>(head.getContentLength64()))
            throw Error(ErrorKind::Unavailable, "the answer broke off before its end");
        return body;
    }

    TransportOptions options_;
    ConnectionPool pool_;
    std::mutex tlsMutex_;
    Poco::Net::Context::Ptr tls_;
};

}  // namespace

std::unique_ptr<Transport> makeTransport(TransportOptions options) {
    return std::make_unique<PocoTransport>(std::move(options));
}

}  // namespace fhir::http
