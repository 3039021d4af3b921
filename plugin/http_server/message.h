#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "fhir/base/clock.h"
#include "fhir/base/headers.h"
#include "fhir/base/url.h"

namespace plugin::http_server {

/// A request that came in, complete and within its limits.
struct Request {
    std::string method;
    std::string path;   ///< as sent: still percent-encoded; begins with "/", or is "*"
    std::string query;  ///< as sent, without "?"
    std::string host;   ///< as the caller names us, in lower case, with the port if they sent one
    fhir::Headers headers;
    std::string body;
    std::string id;  ///< for logs and problem bodies; made by the server
    std::map<std::string, std::string> parameters;  ///< of the route, decoded: "{unit}" → "unit"
    fhir::Deadline received{};                      ///< when its first byte came
    std::string clientAddress{};  ///< IP address of the caller, as far as it can be believed
    /// False: too many requests wait for EHRs already. Answer with what is held, or 503.
    bool mayWait = true;
};

/// A connection that stays open for the events of a page (WHATWG HTML, section 9.2). The server's;
/// may be used from any thread.
class EventStream {
public:
    EventStream() = default;
    virtual ~EventStream() = default;
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    /// Never waits. False where the page is gone; or takes so slowly that not all of it could be
    /// sent, and then the connection is closed: the page comes again and sees what there is.
    virtual bool send(std::string_view text) noexcept = 0;
    virtual bool isOpen() const noexcept = 0;
};

/// Throws Error{Unavailable} if the request is not to wait for an EHR, and cannot be answered
/// without one.
void requireMayWait(const Request& request);

struct Response {
    int status = 200;
    fhir::Headers headers;
    std::string body;
    std::string route;  ///< the pattern that answered, for logs and metrics; set by the router
    /// How much of it is sent before the connection closes. Half or nothing only where a failing
    /// server is rehearsed.
    enum class Sent { Whole, Half, Nothing };
    Sent sent = Sent::Whole;
    /// Holds a secret beside what the caller chose: from the length of the compressed answer it
    /// could be guessed (BREACH), so it goes as it is.
    bool isSecret = false;
    /// Where there is one: after the head, without a body, the connection stays open and this gets
    /// its stream. Shared by the server, which closes it, and by whoever sends.
    std::function<void(std::shared_ptr<EventStream>)> events{};

    static Response json(int status, std::string body) {
        return {status, {{"Content-Type", "application/json"}}, std::move(body), {}, {}};
    }
};

}  // namespace plugin::http_server
