#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

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

/// What came back, whatever its status. The body is complete, its chunks put together, inflated.
struct Response {
    int status = 0;
    Headers headers;
    std::string body;
};

/// Gets a body part by part, as it comes. A part is a view that holds during the call only; what is
/// thrown ends the request.
using BodySink = std::function<void(std::string_view part)>;

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
    /// or a file with a certificate or a key cannot be read. Never follows a redirect: with it
    /// would go our credentials.
    virtual Response send(const Request& request, Deadline deadline) = 0;

    /// As `send`, but the body of a 200 goes to the sink as it comes, so that it need not fit into
    /// memory; `body` is then empty. After an error the sink may have had a part of it. What the
    /// sink throws comes out as it is.
    virtual Response stream(const Request& request, Deadline deadline, const BodySink& sink);
};

struct TransportOptions {
    std::chrono::milliseconds connectTimeout{5'000};
    std::size_t bodyBytesMax = 64 * 1024 * 1024;  ///< of an answer, also once it is inflated
    std::uint64_t streamBytesMax = 16ULL * 1024 * 1024 * 1024;  ///< of a body that is streamed
    int headerFieldsMax = 200;                                  ///< each at most 8 KiB
    std::size_t connectionsMax = 16;     ///< to one origin at once; more requests wait for one
    std::string certificateAuthorities;  ///< a PEM file; empty: the system's own
    /// PEM files by which we say who we are to a server that asks for it (mutual TLS): our
    /// certificate with those between it and its authority, and its key, which no pass phrase may
    /// protect. Both or neither.
    std::string clientCertificate, clientKey;
};

/// Over the network: TLS 1.2 or newer with certificate and host name checked, gzip asked for and
/// taken apart, connections kept alive for four seconds and limited for an origin. The deadline
/// holds for all of it, from waiting for a connection and looking up the name to the last byte of
/// the body, however slowly bytes come.
std::unique_ptr<Transport> makeTransport(TransportOptions options = {});

}  // namespace fhir::http
