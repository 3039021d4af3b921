#include "plugin/http_server/server_loop.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <sys/resource.h>

#include <algorithm>

#include "fhir/base/error.h"
#include "fhir/base/log.h"

namespace plugin::http_server {
namespace {

/// How long a thread waits for the next request on the connection that it has just served: who
/// asks one thing after the other is answered without a detour by the poller.
constexpr std::chrono::milliseconds kLinger{5};
/// How often the poller looks whether it is to stop, and for connections that are idle too long.
constexpr std::chrono::milliseconds kTick{100};
constexpr int kBacklog = 256;

Poco::Timespan span(std::chrono::milliseconds time) {
    return Poco::Timespan(static_cast<Poco::Timespan::TimeDiff>(time.count()) * 1000);
}

Poco::Net::HTTPServerParams::Ptr parametersOf(const ServerOptions& options) {
    Poco::Net::HTTPServerParams::Ptr result = new Poco::Net::HTTPServerParams;
    result->setTimeout(span(options.timeout));
    return result;
}

/// Each connection is an open file, and the usual limit is 1024 unless more is asked for.
void allowOpenFiles(std::size_t connections) {
    constexpr rlim_t kOthers = 256;  // of the database, the EHRs and the system
    struct rlimit limit {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const auto wanted = std::min<rlim_t>(connections + kOthers, limit.rlim_max);
    if (limit.rlim_cur >= wanted) return;
    limit.rlim_cur = wanted;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
        fhir::log::warning("fewer files may be open than there may be connections");
}

/// Takes the port for this server alone: the library's constructor that listens would share it with
/// whoever else would (SO_REUSEPORT). A server that is back takes it at once (SO_REUSEADDR), though
/// connections of the one before are still waited out (TIME_WAIT).
Poco::Net::ServerSocket listenAt(const ServerOptions& options) {
    try {
        Poco::Net::ServerSocket listener;
        listener.bind(Poco::Net::SocketAddress(options.host, options.port), /*reuseAddress*/ true,
                      /*reusePort*/ false);
        listener.listen(kBacklog);
        return listener;
    } catch (const Poco::Exception&) {
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "cannot listen at " + options.host + ":" + std::to_string(options.port) +
                              ": the port is taken, or the address is not this machine's");
    }
}

}  // namespace

ServerLoop::ServerLoop(const ServerOptions& options, ServerConnection::Handle handle)
    : options_(options),
      handle_(std::move(handle)),
      parameters_(parametersOf(options)),
      listener_(listenAt(options)) {
    allowOpenFiles(options_.connectionsMax);
    listener_.setBlocking(false);  // who has gone between the poll and the accept holds up nobody
    poller_.add(listener_, Poco::Net::PollSet::POLL_READ);
    pollThread_ = std::jthread([this](const std::stop_token& stop) { poll(stop); });
}

ServerLoop::~ServerLoop() {
    pollThread_.request_stop();
    pollThread_.join();
    for (auto& thread : threads_) thread.request_stop();
    threads_.clear();  // each ends after the request that it serves
    streams_.closeAll();
}

void ServerLoop::poll(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        try {
            for (const auto& [socket, mode] : poller_.poll(span(kTick))) {
                if (socket == listener_)
                    accept();
                else if (!endStream(socket))
                    wake(socket);
            }
            closeIdle();
            streams_.beat(std::chrono::steady_clock::now());
        } catch (const Poco::Exception& error) {
            fhir::log::error("connections could not be polled", {{"why", error.name()}});
            std::this_thread::sleep_for(kTick);  // no file descriptors, say: others must end first
        }
    }
}

void ServerLoop::accept() {
    auto socket = listener_.acceptConnection();
    socket.setBlocking(true);
    {
        const std::lock_guard lock(mutex_);
        // The peer sees a closed connection and may try again: better than a queue without end.
        if (connections_ >= options_.connectionsMax) return;
        ++connections_;
    }
    park(std::make_unique<ServerConnection>(socket, parameters_));
}

void ServerLoop::park(Held connection) {
    const Poco::Net::Socket socket = connection->socket();
    const std::lock_guard lock(mutex_);
    parked_[socket] = {std::move(connection),
                       std::chrono::steady_clock::now() + options_.idleTimeout};
    poller_.add(socket, Poco::Net::PollSet::POLL_READ);
}

void ServerLoop::wake(const Poco::Net::Socket& socket) {
    const std::lock_guard lock(mutex_);
    const auto found = parked_.find(socket);
    if (found == parked_.end()) return;
    poller_.remove(socket);
    ready_.push_back({std::move(found->second.connection), std::chrono::steady_clock::now()});
    parked_.erase(found);
    const bool isThreadMissing = static_cast<std::size_t>(idleThreads_) < ready_.size() &&
                                 threads_.size() < static_cast<std::size_t>(options_.threadsMax);
    if (isThreadMissing) threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    changed_.notify_one();
}

void ServerLoop::closeIdle() {
    std::vector<Held> closing;  // closed below, without the lock
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    for (auto at = parked_.begin(); at != parked_.end();) {
        if (at->second.until > now) {
            ++at;
            continue;
        }
        poller_.remove(at->first);
        closing.push_back(std::move(at->second.connection));
        at = parked_.erase(at);
    }
    connections_ -= closing.size();
}

void ServerLoop::work(const std::stop_token& stop) {
    for (;;) {
        std::unique_lock lock(mutex_);
        ++idleThreads_;
        changed_.wait(lock, stop, [&] { return !ready_.empty(); });
        --idleThreads_;
        if (stop.stop_requested()) return;
        auto ready = std::move(ready_.front());
        ready_.pop_front();
        lock.unlock();
        serve(std::move(ready), stop);
    }
}

bool ServerLoop::isCrowded() {
    const std::lock_guard lock(mutex_);
    return !ready_.empty();
}

void ServerLoop::stream(Held connection) {
    const Poco::Net::Socket socket = connection->socket();
    streams_.open(std::move(connection), std::chrono::steady_clock::now());
    const std::lock_guard lock(mutex_);
    poller_.add(socket, Poco::Net::PollSet::POLL_READ);
}

bool ServerLoop::endStream(const Poco::Net::Socket& socket) {
    if (!streams_.isOpen(socket)) return false;
    {
        const std::lock_guard lock(mutex_);
        poller_.remove(socket);
        --connections_;
    }
    streams_.close(socket);
    return true;
}

void ServerLoop::serve(Ready ready, const std::stop_token& stop) {
    using Next = ServerConnection::Next;
    bool isOpen = true;
    do {
        const auto next = ready.connection->serve(handle_, options_.bodyBytesMax, ready.received);
        if (next == Next::Events) return stream(std::move(ready.connection));
        isOpen = next == Next::Request && !stop.stop_requested();
        // While others wait for a thread, nobody lingers; what was sent ahead is served first.
        const auto wait = isCrowded() ? std::chrono::milliseconds::zero() : kLinger;
        if (!isOpen || !ready.connection->hasMore(wait)) break;
        ready.received = std::chrono::steady_clock::now();
    } while (true);
    if (isOpen) return park(std::move(ready.connection));
    ready.connection.reset();
    const std::lock_guard lock(mutex_);
    --connections_;
}

}  // namespace plugin::http_server
