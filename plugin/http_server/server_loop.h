#pragma once

#include <Poco/Net/PollSet.h>
#include <Poco/Net/ServerSocket.h>

#include <atomic>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "plugin/http_server/server.h"
#include "plugin/http_server/server_connection.h"
#include "plugin/http_server/server_lane.h"
#include "plugin/http_server/server_streams.h"

namespace plugin::http_server {

/// Takes connections and reads what comes on all of them with one poller. A request that is whole
/// gets a thread of its lane; an idle connection, one that sends or takes slowly, and an open page
/// have none.
class ServerLoop {
public:
    using Handle = std::function<Response(Request)>;

    ServerLoop(const ServerOptions& options, Handle handle);
    /// Takes no more connections and no more requests; waits for those that are handled.
    ~ServerLoop();
    ServerLoop(const ServerLoop&) = delete;
    ServerLoop& operator=(const ServerLoop&) = delete;

    std::uint16_t port() const { return listener_.address().port(); }

private:
    using Held = ServerLane::Held;
    using Parked = std::list<Held>;  // those that have waited longest first

    void poll(const std::stop_token& stop);
    void acceptAll();
    bool accept();
    void wake(const Poco::Net::Socket& socket);
    void closeLate();
    bool closeLongestIdle(const std::string& address);

    void park(Held connection);
    Held unpark(Parked::iterator at);
    void close(Held connection);
    void discount(const std::string& address);

    void take(Held connection, ServerConnection::Input input);
    bool dispatch(Held& connection);
    void serve(Held connection, ServerLane& lane, const std::stop_token& stop);
    Response handle(Request request, ServerLane& lane);
    bool settle(Held& connection, ServerConnection::Output output);
    void stream(Held connection);
    bool endStream(const Poco::Net::Socket& socket);
    bool isOurs(const std::string& host) const;
    ServerLane& laneOf(const Request& request);

    ServerOptions options_;
    Handle handle_;
    std::atomic<std::size_t> bodiesBytes_ = 0;  ///< of all requests that are there
    Poco::Net::ServerSocket listener_;
    Poco::Net::PollSet poller_;
    ServerStreams streams_;

    std::mutex mutex_;
    Parked parked_;
    std::map<Poco::Net::Socket, Parked::iterator> bySocket_;
    std::map<std::string, std::size_t> connections_;  ///< of each address
    std::size_t connectionsAll_ = 0;

    ServerLane cards_, pages_;
    std::jthread pollThread_;
};

}  // namespace plugin::http_server
