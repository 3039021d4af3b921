#include "plugin/http_server/server_loop.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "plugin/http_server/forwarded.h"
#include "plugin/http_server/problem.h"

namespace plugin::http_server {
namespace {

using Poco::Net::PollSet;
using Input = ServerConnection::Input;
using Output = ServerConnection::Output;
using Next = ServerConnection::Next;

/// How often the poller looks whether it is to stop, and for callers that are too slow.
constexpr std::chrono::milliseconds kTick{100};
constexpr int kBacklog = 1024;

Poco::Timespan span(std::chrono::milliseconds time) {
    return Poco::Timespan(static_cast<Poco::Timespan::TimeDiff>(time.count()) * 1000);
}

/// Each connection is an open file, and the usual limit is 1024 unless more is asked for. Returns
/// how many connections there may be.
std::size_t allowOpenFiles(std::size_t connections) {
    constexpr rlim_t kOthers = 256;  // of the database, the EHRs and the system
    struct rlimit limit {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return connections;
    const auto wanted = std::min<rlim_t>(connections + kOthers, limit.rlim_max);
    if (limit.rlim_cur < wanted) {
        const auto before = std::exchange(limit.rlim_cur, wanted);
        if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
    }
    const auto left = limit.rlim_cur - std::min(kOthers, limit.rlim_cur / 2);
    if (left >= connections) return connections;
    fhir::log::warning("few files may be open, and so few connections",
                       {{"connections", std::to_string(left)}});
    return static_cast<std::size_t>(left);
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
        listener.setBlocking(false);
        return listener;
    } catch (const Poco::Exception&) {
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "cannot listen at " + options.host + ":" + std::to_string(options.port) +
                              ": the port is taken, or the address is not this machine's");
    }
}

Problem busy() {
    return {503, "busy", "Too much at once",
            "What Matters has too many requests at the moment. Please try again in a moment."};
}

/// A Host without its port, and an IPv6 address without its brackets.
std::string nameOf(const std::string& host) {
    if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
    return host.substr(0, host.find(':'));
}

}  // namespace

ServerLoop::ServerLoop(const ServerOptions& options, Handle handle)
    : options_(options),
      handle_(std::move(handle)),
      listener_(listenAt(options)),
      cards_(options.cards,
             [this](Held one, ServerLane& lane, const std::stop_token& stop) {
                 serve(std::move(one), lane, stop);
             }),
      pages_(options.pages, [this](Held one, ServerLane& lane, const std::stop_token& stop) {
          serve(std::move(one), lane, stop);
      }) {
    options_.connectionsMax = allowOpenFiles(options_.connectionsMax);
    poller_.add(listener_, PollSet::POLL_READ);
    pollThread_ = std::jthread([this](const std::stop_token& stop) { poll(stop); });
}

ServerLoop::~ServerLoop() {
    pollThread_.request_stop();
    pollThread_.join();
    cards_.stop();
    pages_.stop();
    streams_.closeAll();
}

void ServerLoop::poll(const std::stop_token& stop) {
    auto looked = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
        try {
            for (const auto& [socket, mode] : poller_.poll(span(kTick))) {
                if (socket == listener_)
                    acceptAll();
                else if (!endStream(socket))
                    wake(socket);
            }
            const auto now = std::chrono::steady_clock::now();
            if (now - looked < kTick) continue;
            looked = now;
            closeLate();
            streams_.beat(now);
        } catch (const std::exception& error) {
            fhir::log::error("connections could not be polled", {{"why", error.what()}});
            std::this_thread::sleep_for(kTick);
        }
    }
}

void ServerLoop::acceptAll() {
    constexpr int kAtOnce = 64;  // then those that are connected have their turn
    for (int i = 0; i < kAtOnce; ++i)
        if (!accept()) return;
}

/// False where nobody waits to be taken.
bool ServerLoop::accept() {
    const int descriptor = ::accept4(listener_.impl()->sockfd(), nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
        if (errno == ECONNABORTED || errno == EINTR) return true;
        if (closeLongestIdle("")) return true;  // no descriptor is left
        std::this_thread::sleep_for(kTick);     // others must end first
        return false;
    }
    Held connection;
    try {
        connection = std::make_unique<ServerConnection>(
            Poco::Net::StreamSocket(new Poco::Net::StreamSocketImpl(descriptor)), options_,
            bodiesBytes_);
    } catch (const std::exception&) {
        return true;  // it is gone already
    }
    const auto& address = connection->address();
    const bool isProxy = isTrusted(address, options_.trustedProxies);
    const auto isFull = [&] {
        const std::lock_guard lock(mutex_);
        return connectionsAll_ >= options_.connectionsMax;
    };
    const auto isAddressFull = [&] {
        const std::lock_guard lock(mutex_);
        const auto found = connections_.find(address);
        return !isProxy && found != connections_.end() &&
               found->second >= options_.connectionsPerAddressMax;
    };
    // Where none can be given up the new one is closed: better than a queue without end.
    if (isAddressFull() && !closeLongestIdle(address)) return true;
    if (isFull() && !closeLongestIdle("")) return true;
    {
        const std::lock_guard lock(mutex_);
        ++connections_[address];
        ++connectionsAll_;
    }
    park(std::move(connection));
    return true;
}

/// Gives up the connection that has waited longest for its caller; of this address, or of all
/// where that is empty. False where there is none.
bool ServerLoop::closeLongestIdle(const std::string& address) {
    Held closing;
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::find_if(parked_.begin(), parked_.end(), [&](const Held& one) {
            return !one->isAnswering() && (address.empty() || one->address() == address);
        });
        if (found == parked_.end()) return false;
        closing = unpark(found);
    }
    close(std::move(closing));
    return true;
}

/// With the lock held.
ServerLoop::Held ServerLoop::unpark(Parked::iterator at) {
    auto connection = std::move(*at);
    const Poco::Net::Socket socket = connection->socket();
    poller_.remove(socket);
    bySocket_.erase(socket);
    parked_.erase(at);
    return connection;
}

void ServerLoop::park(Held connection) {
    const Poco::Net::Socket socket = connection->socket();
    connection->beginWait(std::chrono::steady_clock::now());
    const auto mode = connection->isAnswering() ? PollSet::POLL_WRITE : PollSet::POLL_READ;
    const std::lock_guard lock(mutex_);
    bySocket_[socket] = parked_.insert(parked_.end(), std::move(connection));
    poller_.add(socket, mode);
}

void ServerLoop::close(Held connection) {
    const auto address = connection->address();
    connection.reset();
    discount(address);
}

void ServerLoop::discount(const std::string& address) {
    const std::lock_guard lock(mutex_);
    --connectionsAll_;
    const auto found = connections_.find(address);
    if (--found->second == 0) connections_.erase(found);
}

void ServerLoop::wake(const Poco::Net::Socket& socket) {
    std::unique_lock lock(mutex_);
    const auto found = bySocket_.find(socket);
    if (found == bySocket_.end()) return;
    auto& parked = **found->second;
    if (parked.isAnswering()) {
        const auto output = parked.send();
        if (output == Output::Waiting) return;
        auto connection = unpark(found->second);
        lock.unlock();
        if (!settle(connection, output)) return;
        const auto input = connection->readOn();
        take(std::move(connection), input);
    } else if (parked.next() == Next::Drain) {
        if (parked.drain()) return;
        auto connection = unpark(found->second);
        lock.unlock();
        close(std::move(connection));
    } else {
        auto input = parked.receive();
        if (input == Input::Nothing && bodiesBytes_ > options_.bodiesBytesMax &&
            parked.bodyBytes() > 0) {
            parked.refuse(busy());
            input = Input::Refused;
        }
        if (input == Input::Nothing) return;
        auto connection = unpark(found->second);
        lock.unlock();
        take(std::move(connection), input);
    }
}

/// Goes on with a connection that nobody else has, by what came on it.
void ServerLoop::take(Held connection, Input input) {
    while (input == Input::Request) {
        if (!dispatch(connection)) return;
        input = connection->readOn();
    }
    if (input == Input::Nothing) return park(std::move(connection));
    if (input == Input::Ended) return close(std::move(connection));
    settle(connection, connection->answerRefusal());
}

/// Has the request that is on the connection handled by a thread of its lane. True where it was
/// refused instead, and the caller may ask again.
bool ServerLoop::dispatch(Held& connection) {
    std::optional<Problem> why;
    if (!isOurs(connection->request().host))
        why = {421, "misdirected", "Not this server",
               "What Matters is not known by the name in the Host field. The operator names it in "
               "/service/names."};
    else if (!laneOf(connection->request()).offer(connection))
        why = busy();
    if (!why) return false;
    const auto refused = connection->takeRequest();
    auto response = problem(*why, refused);
    response.route = "(refused)";
    return settle(connection, connection->answer(refused, std::move(response)));
}

/// Goes on after an answer. False where the connection is taken care of; true where the caller may
/// ask again.
bool ServerLoop::settle(Held& connection, Output output) {
    if (output == Output::Waiting) {
        park(std::move(connection));
        return false;
    }
    const auto next = output == Output::Lost ? Next::Close : connection->next();
    switch (next) {
        case Next::Request:
            return true;
        case Next::Events:
            stream(std::move(connection));
            return false;
        case Next::Drain:
            connection->beginDrain();
            park(std::move(connection));
            return false;
        case Next::Close:
            close(std::move(connection));
            return false;
    }
    return false;
}

/// On a thread of the lane.
void ServerLoop::serve(Held connection, ServerLane& lane, const std::stop_token& stop) {
    for (;;) {
        auto request = connection->takeRequest();
        Request asked;  // what the answer needs of it
        asked.id = request.id;
        asked.method = request.method;
        asked.received = request.received;
        if (!settle(connection, connection->answer(asked, handle(std::move(request), lane))))
            return;
        if (stop.stop_requested()) return close(std::move(connection));
        auto input = connection->readOn();
        if (input == Input::Nothing && lane.mayLinger()) input = connection->linger();
        // Others who wait for a thread of this lane come first.
        const bool goesOn = input == Input::Request && isOurs(connection->request().host) &&
                            &laneOf(connection->request()) == &lane && lane.mayLinger();
        if (!goesOn) return take(std::move(connection), input);
    }
}

Response ServerLoop::handle(Request request, ServerLane& lane) {
    const ServerLane::Handling handling(lane);
    request.mayWait = handling.mayWait();
    Request asked;
    asked.id = request.id;
    try {
        return handle_(std::move(request));
    } catch (const std::exception&) {
        fhir::log::error("request failed unexpectedly", {{"request", asked.id}});
        return problem({500, "internal", "Something went wrong on our side", ""}, asked);
    }
}

bool ServerLoop::isOurs(const std::string& host) const {
    const auto& names = options_.names;
    if (names.empty() || host.empty()) return true;  // HTTP/1.0 need not name one
    const auto name = nameOf(host);
    return fhir::IpNetwork::parse(name) ||
           std::find(names.begin(), names.end(), name) != names.end();
}

ServerLane& ServerLoop::laneOf(const Request& request) {
    return options_.lane(request) == Lane::Cards ? cards_ : pages_;
}

void ServerLoop::closeLate() {
    const auto now = std::chrono::steady_clock::now();
    std::vector<Held> late;
    {
        const std::lock_guard lock(mutex_);
        for (auto at = parked_.begin(); at != parked_.end();) {
            const auto one = at++;
            if ((*one)->expires() <= now) late.push_back(unpark(one));
        }
    }
    for (auto& connection : late) {
        if (connection->isAsking()) {
            connection->refuse({408, "too-slow", "Too slow",
                                "The request did not come whole in the time allowed."});
            connection->answerRefusal();
        }
        close(std::move(connection));
    }
}

void ServerLoop::stream(Held connection) {
    const Poco::Net::Socket socket = connection->socket();
    streams_.open(std::move(connection), std::chrono::steady_clock::now());
    poller_.add(socket, PollSet::POLL_READ);
}

/// False where it is no stream.
bool ServerLoop::endStream(const Poco::Net::Socket& socket) {
    if (!streams_.isOpen(socket)) return false;
    poller_.remove(socket);
    if (auto connection = streams_.take(socket)) close(std::move(connection));
    return true;
}

}  // namespace plugin::http_server
