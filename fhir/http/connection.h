#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "fhir/base/clock.h"
#include "fhir/base/url.h"
#include "fhir/http/resolver.h"
#include "fhir/http/transport.h"
#include "fhir/http/watchdog.h"

namespace fhir::http {

std::chrono::milliseconds remaining(Deadline deadline);
/// Throws Error{Unavailable}.
[[noreturn]] void unavailable(const std::string& why);
/// As `unavailable`, for an answer of that origin that did not come in time.
[[noreturn]] void timedOut(const std::string& origin);
/// As `unavailable`, for a connection that the other side closed before it answered.
[[noreturn]] void closedBeforeAnswer(const std::string& origin);

/// A connected socket, plain or with TLS.
class Connection {
public:
    explicit Connection(const Poco::Net::StreamSocket& socket);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    int descriptor() const noexcept { return descriptor_; }
    /// A broken connection is shut down at once, without a TLS close. It counts as broken until
    /// this is called with false.
    void setBroken(bool broken) noexcept { broken_ = broken; }
    void secure(const std::string& host, Poco::Net::Context::Ptr context);
    /// Sends all bytes, or throws an exception of the library.
    void send(std::string_view bytes);
    /// 0 if the other side has closed.
    std::size_t receive(char* buffer, std::size_t size);
    /// Whether the other side sent something without a request: in most cases, that it closes.
    bool isStale();

private:
    Poco::Net::StreamSocket socket_;
    int descriptor_;
    bool broken_ = true;
};

/// Makes connections: resolves the name, connects to the first address that accepts, and starts TLS
/// for https.
class Connector {
public:
    /// Both must outlive it.
    Connector(const TransportOptions& options, Watchdog& watchdog)
        : options_(options), watchdog_(watchdog) {}

    /// Throws Error{Unavailable} that says what to check, Error{InvalidInput} if the files named in
    /// the options cannot be read.
    std::unique_ptr<Connection> connect(const Url& url, Deadline deadline);

private:
    Poco::Net::Context::Ptr tlsContext();

    const TransportOptions& options_;
    Watchdog& watchdog_;
    Resolver resolver_;
    std::mutex tlsMutex_;
    Poco::Net::Context::Ptr tls_;
};

}  // namespace fhir::http
