#pragma once

#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/PollSet.h>
#include <Poco/Net/ServerSocket.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "plugin/http_server/server.h"
#include "plugin/http_server/server_connection.h"
#include "plugin/http_server/server_streams.h"

namespace plugin::http_server {

/// Takes connections, parks those on which nothing happens with one poller, and has the others
/// served by threads, of which a request keeps one and an idle connection or an open page none.
class ServerLoop {
public:
    ServerLoop(const ServerOptions& options, ServerConnection::Handle handle);
    /// Takes no more connections and no more requests; waits for those that are served.
    ~ServerLoop();
    ServerLoop(const ServerLoop&) = delete;
    ServerLoop& operator=(const ServerLoop&) = delete;

    std::uint16_t port() const { return listener_.address().port(); }

private:
    using Held = std::unique_ptr<ServerConnection>;
    struct Parked {
        Held connection;
        fhir::Deadline until;
    };
    struct Ready {
        Held connection;
        fhir::Deadline received;
    };

    void poll(const std::stop_token& stop);
    void accept();
    void wake(const Poco::Net::Socket& socket);
    void closeIdle();
    void park(Held connection);
    void work(const std::stop_token& stop);
    void serve(Ready ready, const std::stop_token& stop);
    void stream(Held connection);
    /// False where it is no stream.
    bool endStream(const Poco::Net::Socket& socket);
    bool isCrowded();

    ServerOptions options_;
    ServerConnection::Handle handle_;
    Poco::Net::HTTPServerParams::Ptr parameters_;
    Poco::Net::ServerSocket listener_;
    Poco::Net::PollSet poller_;
    ServerStreams streams_;

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<Poco::Net::Socket, Parked> parked_;
    std::deque<Ready> ready_;
    int idleThreads_ = 0;
    std::size_t connections_ = 0;
    std::vector<std::jthread> threads_;
    std::jthread pollThread_;
};

}  // namespace plugin::http_server
