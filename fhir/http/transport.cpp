#include "fhir/http/transport.h"

#include <Poco/Delegate.h>
#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/VerificationErrorArgs.h>
#include <sys/socket.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "fhir/base/certificate.h"
#include "fhir/base/error.h"
#include "fhir/http/answer_reader.h"
#include "fhir/http/resolver.h"
#include "fhir/http/watchdog.h"

namespace fhir::http {
namespace {

using Poco::Net::StreamSocket;
using std::chrono::milliseconds;

milliseconds remaining(Deadline deadline) {
    return std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
}

[[noreturn]] void unavailable(const std::string& why) {
    throw Error(ErrorKind::Unavailable, why);
}

[[noreturn]] void timedOut(const std::string& origin) {
    unavailable("no complete answer from " + origin + " within the time allowed");
}

/// Why the last certificate that this thread was shown is not trusted, in OpenSSL's fixed words.
thread_local std::string certificateFault;

void noteCertificateFault(const void*, Poco::Net::VerificationErrorArgs& fault) {
    certificateFault = fault.errorMessage();
    fault.setIgnoreError(false);
}

Poco::Net::Context::Ptr makeTlsContext(const TransportOptions& options) {
    static std::once_flag once;
    std::call_once(once, [] {
        Poco::Net::initializeSSL();
        Poco::Net::SSLManager::instance().ClientVerificationError +=
            Poco::delegate(&noteCertificateFault);
    });
    using Poco::Net::Context;
    if (!options.clientCertificate.empty() || !options.clientKey.empty())
        if (const auto why = whyNotPair(options.clientCertificate, options.clientKey))
            throw Error(ErrorKind::InvalidInput, *why);
    Context::Ptr context;
    try {
        context = new Context(Context::TLS_CLIENT_USE, options.clientKey, options.clientCertificate,
                              options.certificateAuthorities, Context::VERIFY_STRICT, 9,
                              options.certificateAuthorities.empty());
    } catch (const Poco::Exception&) {
        throw Error(ErrorKind::InvalidInput, "the file of certificate authorities " +
                                                 options.certificateAuthorities +
                                                 " cannot be read as PEM");
    }
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    return context;
}

/// A socket that is connected, in plain or over TLS.
class Connection {
public:
    explicit Connection(const StreamSocket& socket)
        : socket_(socket), descriptor_(socket_.impl()->sockfd()) {}
    ~Connection() {
        // A TLS close would wait for a peer that takes nothing any more.
        if (broken_) ::shutdown(descriptor_, SHUT_RDWR);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    int descriptor() const noexcept { return descriptor_; }
    void setBroken(bool broken) noexcept { broken_ = broken; }
    void secure(const std::string& host, Poco::Net::Context::Ptr context) {
        socket_ = Poco::Net::SecureStreamSocket::attach(socket_, host, std::move(context));
    }
    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            constexpr std::size_t kPart = 1024 * 1024;
            const auto count =
                socket_.sendBytes(bytes.data(), static_cast<int>(std::min(bytes.size(), kPart)));
            if (count <= 0) throw Poco::Net::NetException("nothing was sent");
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }
    std::size_t receive(char* buffer, std::size_t size) {
        const auto count = socket_.receiveBytes(buffer, static_cast<int>(size));
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    /// Whether the other side said something without being asked: mostly, that it closes.
    bool isStale() {
        return socket_.poll(Poco::Timespan(0),
                            StreamSocket::SELECT_READ | StreamSocket::SELECT_ERROR);
    }

private:
    StreamSocket socket_;
    int descriptor_;
    bool broken_ = true;
};

/// Connections by origin, a limited number of them at once: those in use, and those kept alive,
/// free to be taken.
class ConnectionPool {
public:
    explicit ConnectionPool(std::size_t perOriginMax)
        : perOriginMax_(std::max<std::size_t>(perOriginMax, 1)) {}

    /// The right to use one connection to an origin, until it is destroyed.
    class Turn {
    public:
        /// Waits for its turn. Throws Error{Unavailable} where none comes by the deadline.
        Turn(ConnectionPool& pool, std::string origin, Deadline deadline)
            : pool_(pool), origin_(std::move(origin)) {
            std::unique_lock lock(pool_.mutex_);
            auto& inUse = pool_.inUse_[origin_];
            if (!pool_.ended_.wait_until(lock, deadline,
                                         [&] { return inUse < pool_.perOriginMax_; }))
                unavailable("all " + std::to_string(pool_.perOriginMax_) + " connections to " +
                            origin_ + " were busy for the time allowed");
            ++inUse;
        }
        ~Turn() {
            {
                const std::lock_guard lock(pool_.mutex_);
                --pool_.inUse_[origin_];
            }
            // Those who wait may wait for different origins.
            pool_.ended_.notify_all();
        }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

        /// A connection that is kept alive; nullptr where there is none.
        std::unique_ptr<Connection> take() {
            const std::lock_guard lock(pool_.mutex_);
            pool_.forgetOld();
            const auto found = pool_.idle_.find(origin_);
            if (found == pool_.idle_.end()) return nullptr;
            auto connection = std::move(found->second.connection);
            pool_.idle_.erase(found);
            return connection->isStale() ? nullptr : std::move(connection);
        }

        void keep(std::unique_ptr<Connection> connection) {
            const std::lock_guard lock(pool_.mutex_);
            pool_.forgetOld();
            if (pool_.idle_.count(origin_) < pool_.perOriginMax_ && pool_.idle_.size() < kIdleMax)
                pool_.idle_.emplace(origin_,
                                    Idle{std::move(connection), std::chrono::steady_clock::now()});
        }

    private:
        ConnectionPool& pool_;
        std::string origin_;
    };

private:
    static constexpr std::size_t kIdleMax = 256;
    /// An older one has likely been closed by the other side; a POST on it would end in doubt.
    static constexpr std::chrono::seconds kIdleTime{4};
    struct Idle {
        std::unique_ptr<Connection> connection;
        Deadline since;
    };

    void forgetOld() {
        const auto oldest = std::chrono::steady_clock::now() - kIdleTime;
        std::erase_if(idle_, [&](const auto& entry) { return entry.second.since < oldest; });
    }

    const std::size_t perOriginMax_;
    std::mutex mutex_;
    std::condition_variable ended_;
    std::map<std::string, std::size_t> inUse_;  ///< by origin
    std::multimap<std::string, Idle> idle_;     ///< by origin
};

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
        : options_(std::move(options)), pool_(options_.connectionsMax) {}

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
        if (auto response =
                exchange(turn, request, bytes, deadline, sink, connect(request.url, deadline)))
            return *std::move(response);
        closedBeforeAnswer(origin);
    }

    [[noreturn]] static void closedBeforeAnswer(const std::string& origin) {
        unavailable("the connection to " + origin + " was closed before an answer");
    }

    std::unique_ptr<Connection> connect(const Url& url, Deadline deadline) {
        const auto origin = url.origin();
        if (remaining(deadline) <= milliseconds::zero()) timedOut(origin);
        const auto addresses = resolver_.resolve(url.host, deadline);
        auto connection = std::make_unique<Connection>(connectToAny(
            addresses, url.port, origin, std::min(deadline, deadlineIn(options_.connectTimeout))));
        if (url.scheme != "https") return connection;
        auto context = tlsContext();
        const Watchdog::Watch watch(watchdog_, connection->descriptor(), deadline);
        certificateFault.clear();
        try {
            connection->secure(url.host, std::move(context));
        } catch (const Poco::Exception& error) {
            if (watch.fired()) timedOut(origin);
            refuseTls(origin, error);
        }
        return connection;
    }

    /// The first of the addresses that takes the connection, all of them under one deadline.
    static StreamSocket connectToAny(const std::vector<std::string>& addresses, std::uint16_t port,
                                     const std::string& origin, Deadline deadline) {
        bool refused = false;
        for (const auto& address : addresses) {
            const auto left = remaining(deadline);
            if (left <= milliseconds::zero()) break;
            try {
                StreamSocket socket;
                socket.connect(Poco::Net::SocketAddress(address, port),
                               Poco::Timespan(Poco::Timespan::TimeDiff{left.count()} * 1000));
                socket.setNoDelay(true);
                return socket;
            } catch (const Poco::Net::ConnectionRefusedException&) {
                refused = true;
            } catch (const Poco::Exception&) {
                continue;  // the next address may have a way
            }
        }
        if (refused) unavailable("nothing listens at " + origin);
        unavailable("no connection to " + origin +
                    "; check the address, the network and the firewall");
    }

    [[noreturn]] static void refuseTls(const std::string& origin, const Poco::Exception& error) {
        if (!certificateFault.empty())
            unavailable("the certificate of " + origin + " is not trusted (" + certificateFault +
                        "); name the file of its authority, or have it renewed");
        if (dynamic_cast<const Poco::Net::InvalidCertificateException*>(&error) != nullptr ||
            dynamic_cast<const Poco::Net::CertificateValidationException*>(&error) != nullptr)
            unavailable("the certificate of " + origin + " is for another host name");
        unavailable("no TLS connection to " + origin +
                    ": the other side does not speak TLS 1.2 or newer at this port");
    }

    Poco::Net::Context::Ptr tlsContext() {
        const std::lock_guard lock(tlsMutex_);
        if (!tls_) tls_ = makeTlsContext(options_);
        return tls_;
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
    Resolver resolver_;
    Watchdog watchdog_;
    ConnectionPool pool_;
    std::mutex tlsMutex_;
    Poco::Net::Context::Ptr tls_;
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
