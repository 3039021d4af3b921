#pragma once

#include <Poco/Net/StreamSocket.h>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

#include "fhir/base/clock.h"
#include "plugin/http_server/server_connection.h"

namespace plugin::http_server {

/// Connections that stay open for events. No thread of their own: what is sent is sent by whoever
/// sends, and the loop's poller sees when a page is gone. A page that takes nothing is closed as
/// soon as the system's buffer for it is full: nothing is kept here.
class ServerStreams {
public:
    /// A sign of life, for proxies that close what is silent, and so that a page that is gone is
    /// noticed (WHATWG HTML, section 9.2.7).
    static constexpr std::chrono::seconds kBeat{20};
    /// Then it is closed, and the page comes again and shows anew who it is.
    static constexpr std::chrono::minutes kLongest{15};

    /// Takes over a connection whose head has been sent. Whoever waits for the stream gets it.
    void open(std::unique_ptr<ServerConnection> connection, fhir::Deadline now);
    bool isOpen(const Poco::Net::Socket& socket);
    /// The poller has seen something on this socket: a page has nothing to say, so it is gone.
    /// Ends the stream and gives the connection back.
    std::unique_ptr<ServerConnection> take(const Poco::Net::Socket& socket);
    /// Sends the signs of life that are due, and ends what has been open for long enough.
    void beat(fhir::Deadline now);
    void closeAll();

private:
    class Stream;
    struct Open {
        std::unique_ptr<ServerConnection> connection;
        std::shared_ptr<Stream> stream;  ///< shared with whoever sends
        fhir::Deadline nextBeat, until;
    };
    std::mutex mutex_;
    std::map<Poco::Net::Socket, Open> open_;
};

}  // namespace plugin::http_server
