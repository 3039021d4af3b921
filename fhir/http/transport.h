#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/base/headers.h"
#include "fhir/base/url.h"

namespace fhir::http {

/// A request that is to be sent.
struct Request {
    std::string method = "GET";
    Url url;
    Headers headers;
    std::string body;
};

/// What came back, whatever its status. The body is complete, its chunks put together.
struct Response {
    int status = 0;
    Headers headers;
    std::string body;
};

/// One request, one answer. The network as a parameter: tests and the simulator put another one
/// in its place.
///
/// Implementations may be used from several threads at once.
class Transport {
public:
    Transport() = default;
    virtual ~Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    /// Throws Error{Unavailable} when no complete answer came by the deadline (whether the other
    /// side acted on the request is then not known), Error{BadReply} when what came is no HTTP
    /// or larger than allowed, Error{InvalidInput} when the request would break out of its lines
    /// or the file of authorities cannot be read. Never follows a redirect: with it would go our
    /// credentials.
    virtual Response send(const Request& request, Deadline deadline) = 0;
};

struct TransportOptions {
    std::chrono::milliseconds connectTimeout{5'000};
    std::size_t bodyBytesMax = 64 * 1024 * 1024;
    int headerFieldsMax = 200;           ///< each at most 8 KiB
    std::string certificateAuthorities;  ///< a PEM file; empty: the system's own
};

/// Over the network: TLS 1.2 or newer with certificate and host name checked, connections kept
/// alive for four seconds, at most 16 for an origin. The deadline holds for all of it, from looking
/// up the name to the last byte of the body, however slowly bytes come.
std::unique_ptr<Transport> makeTransport(TransportOptions options = {});

}  // namespace fhir::http
