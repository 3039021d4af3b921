#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "fhir/base/clock.h"
#include "plugin/http_server/server.h"
#include "plugin/http_server/server_connection.h"

namespace plugin::http_server {

/// The threads that handle requests of one kind, and the connections that wait for one.
class ServerLane {
public:
    using Held = std::unique_ptr<ServerConnection>;
    /// Serves a connection on which there is a request. `stop`: it is to be the last.
    using Serve = std::function<void(Held, ServerLane&, const std::stop_token& stop)>;

    ServerLane(const LaneLimits& limits, Serve serve) : limits_(limits), serve_(std::move(serve)) {}
    ~ServerLane();
    ServerLane(const ServerLane&) = delete;
    ServerLane& operator=(const ServerLane&) = delete;

    /// Ends after the requests that are handled; what waits is closed.
    void stop();

    /// Takes the connection. Leaves it where it is, and returns false, where too many wait.
    bool offer(Held& connection);

    /// Whether a thread may stay with a connection on which nothing is: none waits for one, and
    /// half of them are free.
    bool mayLinger();

    /// While it lives, a request is being handled.
    class Handling {
    public:
        explicit Handling(ServerLane& lane);
        ~Handling();
        Handling(const Handling&) = delete;
        Handling& operator=(const Handling&) = delete;
        /// As Request::mayWait.
        bool mayWait() const noexcept { return mayWait_; }

    private:
        ServerLane& lane_;
        std::list<fhir::Deadline>::iterator self_;
        bool mayWait_ = true;
    };

private:
    void work(const std::stop_token& stop);

    const LaneLimits limits_;
    const Serve serve_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Held> waiting_;
    std::size_t busy_ = 0;             ///< threads that serve a connection
    std::list<fhir::Deadline> began_;  ///< of the requests that are being handled, oldest first
    std::vector<std::jthread> threads_;
};

}  // namespace plugin::http_server
