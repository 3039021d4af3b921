#pragma once

#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponseImpl.h>
#include <Poco/Net/HTTPServerSession.h>
#include <Poco/Net/StreamSocket.h>

#include <functional>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/http_server/message.h"

namespace plugin::http_server {

/// One connection of a browser or an EHR, which lives through many requests. Used by one thread at
/// a time. Part of the server: the only sources that see Poco's.
class ServerConnection {
public:
    using Handle = std::function<Response(Request)>;

    ServerConnection(const Poco::Net::StreamSocket& socket,
                     const Poco::Net::HTTPServerParams::Ptr& parameters);

    /// What becomes of the connection. Close: either side said so, or the request had a transfer
    /// coding, or what came is no HTTP, or nothing came within the time allowed.
    enum class Next { Close, Request, Events };
    /// Reads one request and answers it.
    Next serve(const Handle& handle, std::size_t bodyBytesMax, fhir::Deadline received) noexcept;

    /// Whether the next request has begun already, or begins within this time.
    bool hasMore(std::chrono::milliseconds wait) noexcept;

    Poco::Net::StreamSocket& socket() { return session_.socket(); }

    /// After Next::Events: who gets the stream.
    std::function<void(std::shared_ptr<EventStream>)> takeEvents() { return std::move(events_); }

private:
    /// Shows how much of the next request has been read along with the last.
    class Session : public Poco::Net::HTTPServerSession {
    public:
        using HTTPServerSession::HTTPServerSession;
        bool hasBuffered() const { return buffered() > 0; }
    };
    Next refuse() noexcept;
    void serveOne(const Handle& handle, std::size_t bodyBytesMax, fhir::Deadline received);

    Poco::Net::HTTPServerParams::Ptr parameters_;
    Session session_;
    std::function<void(std::shared_ptr<EventStream>)> events_;
};

}  // namespace plugin::http_server
