#include "fhir/http/connection.h"

#include <Poco/Delegate.h>
#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/VerificationErrorArgs.h>
#include <sys/socket.h>

#include <algorithm>
#include <vector>

#include "fhir/base/certificate.h"
#include "fhir/base/error.h"

namespace fhir::http {
namespace {

using Poco::Net::StreamSocket;
using std::chrono::milliseconds;

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

/// The first of the addresses that takes the connection, all of them under one deadline.
StreamSocket connectToAny(const std::vector<std::string>& addresses, std::uint16_t port,
                          const std::string& origin, Deadline deadline) {
    bool refused = false;
    bool closed = false;
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
        } catch (const Poco::Net::ConnectionResetException&) {
            closed = true;  // taken and closed again, before this thread got to see it
        } catch (const Poco::Exception&) {
            continue;  // the next address may have a way
        }
    }
    if (closed) closedBeforeAnswer(origin);
    if (refused) unavailable("nothing listens at " + origin);
    unavailable("no connection to " + origin + "; check the address, the network and the firewall");
}

[[noreturn]] void refuseTls(const std::string& origin, const Poco::Exception& error) {
    if (!certificateFault.empty())
        unavailable("the certificate of " + origin + " is not trusted (" + certificateFault +
                    "); name the file of its authority, or have it renewed");
    if (dynamic_cast<const Poco::Net::InvalidCertificateException*>(&error) != nullptr ||
        dynamic_cast<const Poco::Net::CertificateValidationException*>(&error) != nullptr)
        unavailable("the certificate of " + origin + " is for another host name");
    unavailable("no TLS connection to " + origin +
                ": the other side does not speak TLS 1.2 or newer at this port");
}

}  // namespace

milliseconds remaining(Deadline deadline) {
    return std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
}

void unavailable(const std::string& why) {
    throw Error(ErrorKind::Unavailable, why);
}

void timedOut(const std::string& origin) {
    unavailable("no complete answer from " + origin + " within the time allowed");
}

void closedBeforeAnswer(const std::string& origin) {
    unavailable("the connection to " + origin + " was closed before an answer");
}

Connection::Connection(const StreamSocket& socket)
    : socket_(socket), descriptor_(socket_.impl()->sockfd()) {}

Connection::~Connection() {
    // A TLS close would wait for a peer that takes nothing any more.
    if (broken_) ::shutdown(descriptor_, SHUT_RDWR);
}

void Connection::secure(const std::string& host, Poco::Net::Context::Ptr context) {
    socket_ = Poco::Net::SecureStreamSocket::attach(socket_, host, std::move(context));
}

void Connection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        constexpr std::size_t kPart = 1024 * 1024;
        const auto count =
            socket_.sendBytes(bytes.data(), static_cast<int>(std::min(bytes.size(), kPart)));
        if (count <= 0) throw Poco::Net::NetException("nothing was sent");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::size_t Connection::receive(char* buffer, std::size_t size) {
    const auto count = socket_.receiveBytes(buffer, static_cast<int>(size));
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

bool Connection::isStale() {
    return socket_.poll(Poco::Timespan(0), StreamSocket::SELECT_READ | StreamSocket::SELECT_ERROR);
}

Poco::Net::Context::Ptr Connector::tlsContext() {
    const std::lock_guard lock(tlsMutex_);
    if (!tls_) tls_ = makeTlsContext(options_);
    return tls_;
}

std::unique_ptr<Connection> Connector::connect(const Url& url, Deadline deadline) {
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

}  // namespace fhir::http
