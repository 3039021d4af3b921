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
/// As `unavailable`, where the time for an answer of that origin is over.
[[noreturn]] void timedOut(const std::string& origin);
/// As `unavailable`, where the other side took the connection and closed it unasked.
[[noreturn]] void closedBeforeAnswer(const std::string& origin);

/// A socket that is connected, in plain or over TLS.
class Connection {
public:
    explicit Connection(const Poco::Net::StreamSocket& socket);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    int descriptor() const noexcept { return descriptor_; }
    /// A broken one is not closed with ceremony. It is one until this says otherwise.
    void setBroken(bool broken) noexcept { broken_ = broken; }
    void secure(const std::string& host, Poco::Net::Context::Ptr context);
    /// All of it, or an exception of the library.
    void send(std::string_view bytes);
    /// 0 where the other side has closed.
    std::size_t receive(char* buffer, std::size_t size);
    /// Whether the other side said something without being asked: mostly, that it closes.
    bool isStale();

private:
    Poco::Net::StreamSocket socket_;
    int descriptor_;
    bool broken_ = true;
};

/// Makes connections: looks the name up, connects to the first of its addresses that takes it, and
/// secures what goes to https.
class Connector {
public:
    /// Both must outlive it.
    Connector(const TransportOptions& options, Watchdog& watchdog)
        : options_(options), watchdog_(watchdog) {}

    /// Throws Error{Unavailable} that says what is to be looked at, Error{InvalidInput} where the
    /// files of the options cannot be read.
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
