#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/http_server/message.h"

namespace plugin::sessions {

/// The cookies that a browser keeps for us. Both are opaque, unreadable for scripts and gone when
/// the browser ends.
///
/// Over https they are `__Host-` cookies (RFC 6265bis, section 4.1.3.2), which no other host and no
/// page over http can set, with `Secure; SameSite=None; Partitioned`, so that a browser which
/// blocks the cookies of framed sites still keeps them for us inside one EHR. Over plain http,
/// which only development uses, a browser would drop such a cookie: there it is `SameSite=Lax`.
class Cookies {
public:
    explicit Cookies(bool secure) : secure_(secure) {}

    static constexpr std::string_view kSession = "whatmatters";
    /// Of a launch under way; its name goes on with that of the launch.
    static constexpr std::string_view kLaunch = "whatmatters-launch";

    /// The cookie's value in a request; "" if there is none, or more than one: then somebody has
    /// tried to put another before ours.
    std::string find(const http_server::Request& request, std::string_view cookie) const;
    /// The names of the cookies in a request that begin so, as `find` and `clear` take them.
    std::vector<std::string> namesWith(const http_server::Request& request,
                                       std::string_view prefix) const;
    /// The value of a Set-Cookie header. `seconds` 0: until the browser ends.
    std::string set(std::string_view cookie, const std::string& value, int seconds = 0) const;
    /// The value of a Set-Cookie header that deletes the cookie.
    std::string clear(std::string_view cookie) const;

private:
    std::string nameOf(std::string_view cookie) const;
    std::string attributes() const;

    bool secure_;
};

}  // namespace plugin::sessions
