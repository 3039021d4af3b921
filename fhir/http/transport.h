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

/// The answer, whatever its status. The body is complete and inflated, without chunk marks.
struct Response {
    int status = 0;
    Headers headers;
    std::string body;
};

/// Gets a body part by part, as it comes. A part is a view that is valid during the call only; an
/// exception ends the request.
using BodySink = std::function<void(std::string_view part)>;

/// Sends one request and returns one answer. The network as a parameter: tests and the simulator
/// replace it.
///
/// Implementations may be used from several threads at once.
class Transport {
public:
    Transport() = default;
    virtual ~Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    /// Throws Error{Unavailable} if no complete answer came by the deadline (it is then not known
    /// whether the other side acted on the request), Error{BadReply} if the answer is not HTTP or
    /// is larger than allowed, Error{InvalidInput} if the request line or a header holds a line
    /// break, or a file with a certificate or key cannot be read. Never follows a redirect: our
    /// credentials would go with it.
    virtual Response send(const Request& request, Deadline deadline) = 0;

    /// As `send`, but the body of a 200 goes to the sink as it comes, so that it need not fit into
    /// memory; `body` is then empty. After an error the sink may have got a part of it. Exceptions
    /// of the sink pass through.
    virtual Response stream(const Request& request, Deadline deadline, const BodySink& sink);
};

struct TransportOptions {
    std::chrono::milliseconds connectTimeout{5'000};
    std::size_t bodyBytesMax = 64 * 1024 * 1024;  ///< of an answer, before and after inflating
    std::uint64_t streamBytesMax = 16ULL * 1024 * 1024 * 1024;  ///< of a body that is streamed
    int headerFieldsMax = 200;                                  ///< each at most 8 KiB
    std::size_t connectionsMax = 16;     ///< to one origin at once; more requests wait for one
    std::string certificateAuthorities;  ///< a PEM file; empty: the system's own
    /// PEM files for mutual TLS: our certificate with its intermediate certificates, and its key
    /// without a pass phrase. Both or neither.
    std::string clientCertificate, clientKey;
};

/// Makes the transport over the network: TLS 1.2 or newer with certificate and host name checked,
/// gzip requested and inflated, connections kept alive for four seconds and limited per origin. The
/// deadline holds for everything, from waiting for a connection and looking up the name to the last
/// byte of the body, however slowly bytes come.
std::unique_ptr<Transport> makeTransport(TransportOptions options = {});

}  // namespace fhir::http
