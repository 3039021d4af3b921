#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/http_server/message.h"
#include "plugin/sessions/context.h"
#include "plugin/sessions/cookies.h"
#include "plugin/sessions/session_table.h"

namespace plugin::sessions {

/// An open page: its context, and the session that a request has shown.
struct OpenContext {
    std::string session;
    Context context;
    fhir::Instant opened{};
};

/// Knows who has which pages open. This is stored in the database, so that a restart ends nobody's
/// session and every instance knows every page.
///
/// The browser shows a session by a cookie (HttpOnly) and a page's context by the header
/// X-WhatMatters-Context, from the fragment of its address, which no server and no log sees. Both
/// are needed and must belong together. A page of another site can neither send the header nor read
/// the token: that is the defence against forged writes, and the reason why a cookie that an
/// attacker planted opens nothing.
///
/// A session belongs to one user of one connection. A launch of the same user joins it, so that
/// two tabs can be about two patients; a launch of anybody else in the same browser, as on a
/// workstation that a ward shares, ends it with all its pages and begins another with a new id.
class Sessions {
public:
    struct Limits {
        SessionLimits sessions;
        std::chrono::seconds link{60};  ///< life of a one-time link
    };
    /// `secureCookie`: the service is reached by https, and may be framed by an EHR.
    explicit Sessions(store::Database& database, bool secureCookie, fhir::Clock clock = {})
        : Sessions(database, secureCookie, Limits(), std::move(clock)) {}
    Sessions(store::Database& database, bool secureCookie, const Limits& limits, fhir::Clock clock);

    const Cookies& cookies() const noexcept { return cookies_; }

    struct Opened {
        std::string session;  ///< its id, as the cookie has it
        std::string contextToken;
        std::string setCookie;  ///< value of a Set-Cookie header
    };
    /// Opens a page after a launch: joins the session that `request` shows if it belongs to the
    /// same user; otherwise ends it and begins a new one. `owner` names the user within the
    /// connection; `mayJoin` false leaves the browser's session alone. Throws Error{Unavailable} if
    /// too many are open.
    Opened begin(const Context& context, const std::string& owner,
                 const http_server::Request& request, bool mayJoin = true);

    /// Returns a token that opens `context` once, within Limits::link, in this process only.
    std::string mintLink(Context context);
    struct Redeemed : Opened {
        Context context;
    };
    /// Opens the page of a link, once. Throws Error{Unauthorized} if the link is unknown, used or
    /// too old.
    Redeemed redeemLink(const std::string& token, const http_server::Request& request);

    /// Returns the page that the request shows. Throws Error{Unauthorized} if it shows none.
    OpenContext open(const http_server::Request& request);
    /// Adds another context to the session of this one; it ends when that one ends. Returns its
    /// token.
    std::string addContext(const OpenContext& from, const Context& context);
    /// Ends the session that the request shows, with all its pages and tokens. Returns the value of
    /// a Set-Cookie header.
    std::string end(const http_server::Request& request);
    /// The connection of the session that the request's cookie shows; "" if there is none.
    std::string connectionOf(const http_server::Request& request) const;

private:
    struct Link {
        Context context;
        fhir::Deadline until;
    };

    std::string seal(const std::string& token, const Context& context) const;

    store::Database& database_;
    Cookies cookies_;
    Limits limits_;
    fhir::Clock clock_;
    mutable SessionTable table_;
    std::mutex mutex_;
    std::map<std::string, Link> links_;
};

}  // namespace plugin::sessions
