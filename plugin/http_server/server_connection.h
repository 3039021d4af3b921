#pragma once

#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "fhir/base/clock.h"
#include "plugin/http_server/message.h"
#include "plugin/http_server/request_reader.h"
#include "plugin/http_server/server.h"

namespace plugin::http_server {

/// One connection of a browser or an EHR, which lives through many requests. Used by one thread at
/// a time. Never waits for the caller, but where `linger` says so.
class ServerConnection {
public:
    /// `options` must outlive it, and `bodiesBytes`, to which it adds what it holds of bodies.
    ServerConnection(const Poco::Net::StreamSocket& socket, const ServerOptions& options,
                     std::atomic<std::size_t>& bodiesBytes);
    ~ServerConnection();
    ServerConnection(const ServerConnection&) = delete;
    ServerConnection& operator=(const ServerConnection&) = delete;

    /// What reading brought.
    enum class Input {
        Nothing,  ///< not yet a whole request
        Request,  ///< `takeRequest` gives it
        Refused,  ///< `answerRefusal` says why
        Ended,    ///< the caller closed, and asked nothing
    };
    /// Takes what has come, without waiting.
    Input receive() noexcept;
    /// As `receive`, but waits for up to `kLinger` for it.
    Input linger() noexcept;
    /// What has come already, behind the last request.
    Input readOn() noexcept;

    static constexpr std::chrono::milliseconds kLinger{5};

    /// Where the answer went.
    enum class Output {
        Sent,     ///< all of it
        Waiting,  ///< the caller takes it slowly: `send` goes on
        Lost,     ///< the caller is gone
    };
    /// The whole request that is there.
    const Request& request() const noexcept { return reader_.request(); }
    Request takeRequest();
    /// Of the request that was taken last.
    Output answer(const Request& request, Response response) noexcept;
    /// Says why no more is read; closes afterwards.
    Output answerRefusal() noexcept;
    /// Sends what is left.
    Output send() noexcept;

    /// The request that was begun is given up.
    void refuse(Problem why) {
        reader_.refuse(std::move(why));
        count();
    }

    /// After the answer: whether the connection closes, and what becomes of it until then.
    enum class Next { Request, Events, Drain, Close };
    Next next() const noexcept { return next_; }
    /// Says to the caller that nothing more comes. What they still send is read and thrown away,
    /// so that what was said reaches them (RFC 9112, section 9.6).
    void beginDrain() noexcept;
    /// Throws away what has come. False at the end.
    bool drain() noexcept;

    /// When the wait that it is in is over.
    fhir::Deadline expires() const noexcept;
    /// Begins to wait for the caller: for a request, or to take an answer.
    void beginWait(fhir::Deadline now) noexcept { waitingSince_ = now; }
    /// Whether a request was begun and is not whole.
    bool isAsking() const noexcept;
    bool isAnswering() const noexcept { return at_ < out_.size(); }

    Poco::Net::StreamSocket& socket() noexcept { return socket_; }
    const std::string& address() const noexcept { return address_; }
    /// Of the request that is being read, or handled: its body in bytes.
    std::size_t bodyBytes() const noexcept { return bodyBytes_ + reader_.bodyBytes(); }

    /// After Next::Events: who gets the stream.
    std::function<void(std::shared_ptr<EventStream>)> takeEvents() { return std::move(events_); }

private:
    Input take(int flags) noexcept;
    void count() noexcept;
    int descriptor() const noexcept { return socket_.impl()->sockfd(); }
    Input inputOf(RequestReader::State state) noexcept;
    void compose(const Request& request, const Response& response, bool isLast);

    const ServerOptions& options_;
    Poco::Net::StreamSocket socket_;
    std::string address_;
    RequestReader reader_;
    std::string out_;            ///< what is being sent
    std::size_t at_ = 0;         ///< how much of it was
    std::size_t bodyBytes_ = 0;  ///< of the request that is being handled
    std::atomic<std::size_t>& bodiesBytes_;
    std::size_t counted_ = 0;  ///< what of `bodiesBytes_` is its own
    std::size_t drained_ = 0;
    Next next_ = Next::Request;
    fhir::Deadline waitingSince_{}, headSince_{}, bodySince_{};
    std::function<void(std::shared_ptr<EventStream>)> events_;
};

}  // namespace plugin::http_server
