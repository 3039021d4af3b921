#include "plugin/http_server/server_streams.h"

#include <Poco/Exception.h>

#include <exception>
#include <vector>

#include "fhir/base/log.h"

namespace plugin::http_server {

class ServerStreams::Stream final : public EventStream {
public:
    explicit Stream(const Poco::Net::StreamSocket& socket) : socket_(socket) {
        socket_.setBlocking(false);
    }

    bool send(std::string_view text) noexcept override {
        const std::lock_guard lock(mutex_);
        if (!isOpen_) return false;
        try {
            const auto size = static_cast<int>(text.size());
            if (socket_.sendBytes(text.data(), size) != size) shutDown();
        } catch (const Poco::Exception&) {
            shutDown();
        }
        return isOpen_;
    }

    bool isOpen() const noexcept override {
        const std::lock_guard lock(mutex_);
        return isOpen_;
    }

    /// After this nothing more is sent, by whoever still holds it.
    void end() noexcept {
        const std::lock_guard lock(mutex_);
        shutDown();
        try {
            socket_.close();  // not only when the last who holds it lets go
        } catch (const Poco::Exception&) {
            return;
        }
    }

    /// Ends it for the page; the poller takes it away.
    void finish() noexcept {
        const std::lock_guard lock(mutex_);
        shutDown();
    }

private:
    void shutDown() noexcept {
        isOpen_ = false;
        try {
            socket_.shutdown();
        } catch (const Poco::Exception&) {
            return;  // it is gone already, which the poller sees as well
        }
    }

    mutable std::mutex mutex_;
    Poco::Net::StreamSocket socket_;
    bool isOpen_ = true;
};

void ServerStreams::open(std::unique_ptr<ServerConnection> connection, fhir::Deadline now) {
    auto events = connection->takeEvents();
    auto stream = std::make_shared<Stream>(connection->socket());
    {
        const std::lock_guard lock(mutex_);
        const Poco::Net::Socket socket = connection->socket();
        open_[socket] = {std::move(connection), stream, now + kBeat, now + kLongest};
    }
    try {
        events(stream);
    } catch (const std::exception&) {
        fhir::log::error("a page could not be told what there is");
        stream->finish();
    }
}

bool ServerStreams::isOpen(const Poco::Net::Socket& socket) {
    const std::lock_guard lock(mutex_);
    return open_.count(socket) != 0;
}

std::unique_ptr<ServerConnection> ServerStreams::take(const Poco::Net::Socket& socket) {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(socket);
    if (found == open_.end()) return nullptr;
    found->second.stream->end();
    auto connection = std::move(found->second.connection);
    open_.erase(found);
    return connection;
}

void ServerStreams::beat(fhir::Deadline now) {
    std::vector<std::shared_ptr<Stream>> due;
    std::vector<std::shared_ptr<Stream>> over;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [socket, open] : open_) {
            if (open.until <= now) over.push_back(open.stream);
            if (open.nextBeat > now) continue;
            due.push_back(open.stream);
            open.nextBeat = now + kBeat;
        }
    }
    for (const auto& stream : due) stream->send(":\n\n");
    for (const auto& stream : over) stream->finish();
}

void ServerStreams::closeAll() {
    const std::lock_guard lock(mutex_);
    for (auto& [socket, open] : open_) open.stream->end();
    open_.clear();
}

}  // namespace plugin::http_server
