#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "plugin/http_server/message.h"

namespace plugin::http_server {

struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any free one
    std::size_t bodyBytesMax = 8 * 1024 * 1024;
    int threadsMax = 64;                            ///< requests handled at once
    std::size_t connectionsMax = 4096;              ///< more are closed as they come
    std::chrono::milliseconds timeout{15'000};      ///< for one read or write on the socket
    std::chrono::milliseconds idleTimeout{75'000};  ///< of a connection on which nothing happens
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
