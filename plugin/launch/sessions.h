#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/http/message.h"

namespace plugin::launch {

/// What one opened page is about. It is bound on the server; the page holds only an opaque token
/// for it, so that two tabs can be about two patients and neither can ask for a third.
struct Context {
    enum class View { Ward, Patient };
    View view = View::Patient;
    std::string connection;
    std::string userDisplay;  ///< of who opened it, for the page's own header
    std::string unit;         ///< set where the page came from a ward
    std::string patient;      ///< Patient id, for View::Patient
    std::string encounter;    ///< Encounter id, where known
    bool needPatientBanner = true;
};

/// A context of a session that a request has shown to be its own.
struct OpenContext {
    std::string session;
    Context context;
};

/// Who has which pages open. In memory: a restart ends every session, and the EHR opens it again.
///
/// The browser shows a session by a cookie (HttpOnly) and a page's context by the header
/// X-WhatMatters-Context. Both are needed: a page of another site can send neither the header nor
/// read the token, which is the defence against forged writes.
class Sessions {
public:
    struct Limits {
        std::chrono::minutes idle{30};
        std::chrono::hours absolute{12};
        std::chrono::seconds link{60};  ///< life of a one-time link
        std::size_t sessionsMax = 10'000;
        std::size_t contextsMax = 100;  ///< of one session; the oldest goes first
    };
    /// `secureCookie`: the service is reached by https, and may be framed by an EHR.
    explicit Sessions(bool secureCookie, fhir::Clock clock = {})
        : Sessions(secureCookie, {}, std::move(clock)) {}
    Sessions(bool secureCookie, Limits limits, fhir::Clock clock);

    /// A token that opens `context` once, within Limits::link.
    std::string mintLink(Context context);

    struct Redeemed {
        std::string contextToken;
        std::string setCookie;  ///< value of a Set-Cookie header
        Context context;
    };
    /// Uses a link up. Joins the session that `request` shows, or begins one. Throws
    /// Error{Unauthorized} where the link is unknown, used or too old.
    Redeemed redeemLink(const std::string& token, const http::Request& request);

    /// The context that the request shows. Throws Error{Unauthorized} where it shows none.
    OpenContext open(const http::Request& request);
    /// A further context in the same session.
    std::string addContext(const std::string& session, Context context);

private:
    struct Held {
        Context context;
        fhir::Deadline used;
    };
    struct Session {
        fhir::Deadline begun, used;
        std::map<std::string, Held> contexts;
    };
    struct Link {
        Context context;
        fhir::Deadline until;
    };
    Session* findSession(const std::string& id);
    std::string addContextLocked(Session& session, Context context);
    void sweep();

    bool secureCookie_;
    Limits limits_;
    fhir::Clock clock_;
    std::mutex mutex_;
    std::map<std::string, Session> sessions_;
    std::map<std::string, Link> links_;
};

}  // namespace plugin::launch
