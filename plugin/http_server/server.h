#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fhir/base/headers.h"
#include "fhir/base/ip_network.h"
#include "plugin/http_server/message.h"
#include "plugin/http_server/request_reader.h"

namespace plugin::http_server {

/// Threads of their own, so that what waits in one lane holds up nobody in another.
enum class Lane {
    Cards,  ///< what is answered within its deadline, whatever an EHR does
    Pages,  ///< what may wait for an EHR
};

struct LaneLimits {
    std::size_t threads = 64;   ///< requests handled at once
    std::size_t waiting = 256;  ///< requests that wait for a thread; more are answered 503
    /// Of the threads, how many may be with requests that take long; those that come then are not
    /// to wait for an EHR (Request::mayWait).
    std::size_t slow = 48;
};

/// How long a caller may take. A body, and an answer on its way out, may take longer than their
/// time as long as they move at `bytesPerSecond` on the whole.
struct Patience {
    std::chrono::milliseconds idle{75'000};  ///< between requests
    std::chrono::milliseconds head{10'000};  ///< from the first byte of a request
    std::chrono::milliseconds body{30'000};
    std::chrono::milliseconds answer{30'000};
    std::size_t bytesPerSecond = 1024;
};

struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any free one
    RequestLimits request;
    Patience patience;
    LaneLimits cards{.threads = 32, .waiting = 256, .slow = 32};
    LaneLimits pages;
    /// Beyond these, the connection that has waited longest for a request is given up for a new
    /// one, of the same address or of all. Fewer where the process may open few files.
    std::size_t connectionsMax = 4096, connectionsPerAddressMax = 1024;
    std::size_t bodiesBytesMax = 256 * 1024 * 1024;  ///< of all requests that are there at once
    /// The names that we are called by; a request for another is answered 421. An IP address is
    /// always taken: no page of somebody else's can make a browser ask by one and call it theirs.
    /// Empty: every name.
    std::vector<std::string> names;
    /// Addresses of proxies whose X-Forwarded-For or Forwarded is believed.
    std::vector<fhir::IpNetwork> trustedProxies;
    /// Set on every answer that does not say otherwise itself.
    fhir::Headers defaultHeaders;
    /// In which lane a request is handled.
    std::function<Lane(const Request&)> lane = [](const Request&) { return Lane::Pages; };
};

/// The HTTP server. Hands complete requests to the handler, from several threads, and writes an
/// access log without addresses, paths or queries: only what route answered, how and how fast.
/// A connection takes a thread only while a request is on it.
class Server {
public:
    /// Listens at once. Throws Error{InvalidInput} where the address cannot be had.
    Server(const ServerOptions& options, std::function<Response(Request)> handler);
    /// Stops taking connections, lets the requests that run end.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace plugin::http_server
