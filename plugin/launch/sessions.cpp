#include "plugin/launch/sessions.h"

#include <algorithm>

#include "fhir/base/error.h"
#include "fhir/base/random.h"

namespace plugin::launch {
namespace {

constexpr std::string_view kCookie = "whatmatters";
constexpr std::size_t kTokenBytes = 24;  // 192 bits
constexpr std::size_t kLinksMax = 10'000;

/// The value of our cookie in a Cookie header (RFC 6265, section 4.2); "" where there is none.
std::string cookieOf(const http::Request& request) {
    const auto header = request.headers.find("Cookie").value_or("");
    std::string_view rest = header;
    while (!rest.empty()) {
        auto pair = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        while (pair.starts_with(' ')) pair.remove_prefix(1);
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == kCookie)
            return std::string(pair.substr(equals + 1));
    }
    return {};
}

[[noreturn]] void ended() {
    throw fhir::Error(fhir::ErrorKind::Unauthorized,
                      "This page's session has ended. Open it again from the patient's chart.");
}

}  // namespace

Sessions::Sessions(bool secureCookie, Limits limits, fhir::Clock clock)
    : secureCookie_(secureCookie), limits_(limits), clock_(std::move(clock)) {}

std::string Sessions::mintLink(Context context) {
    auto token = fhir::randomToken(kTokenBytes);
    const std::lock_guard lock(mutex_);
    sweep();
    if (links_.size() >= kLinksMax)
        throw fhir::Error(fhir::ErrorKind::Unavailable, "too many links are open; try again soon");
    links_[token] = {std::move(context), clock_.steady() + limits_.link};
    return token;
}

Sessions::Redeemed Sessions::redeemLink(const std::string& token, const http::Request& request) {
    const std::lock_guard lock(mutex_);
    sweep();
    const auto link = links_.find(token);
    if (link == links_.end())
        throw fhir::Error(fhir::ErrorKind::Unauthorized,
                          "This link was used already or is too old. Open a new one.");
    auto context = std::move(link->second.context);
    links_.erase(link);

    auto id = cookieOf(request);
    auto* session = findSession(id);
    if (session == nullptr) {
        if (sessions_.size() >= limits_.sessionsMax)
            throw fhir::Error(fhir::ErrorKind::Unavailable, "too many sessions are open");
        id = fhir::randomToken(kTokenBytes);
        session = &sessions_[id];
        session->begun = session->used = clock_.steady();
    }
    Redeemed redeemed;
    redeemed.context = context;
    redeemed.contextToken = addContextLocked(*session, std::move(context));
    redeemed.setCookie = std::string(kCookie) + "=" + id + "; Path=/; HttpOnly; ";
    // An EHR's frame is another site to the browser, which then wants all three; over plain HTTP,
    // which development alone uses, it would drop such a cookie.
    redeemed.setCookie += secureCookie_ ? "Secure; SameSite=None; Partitioned" : "SameSite=Lax";
    return redeemed;
}

OpenContext Sessions::open(const http::Request& request) {
    const auto token = request.headers.find("X-WhatMatters-Context").value_or("");
    const auto id = cookieOf(request);
    const std::lock_guard lock(mutex_);
    auto* session = findSession(id);
    if (session == nullptr) ended();
    const auto held = session->contexts.find(token);
    if (held == session->contexts.end()) ended();
    session->used = held->second.used = clock_.steady();
    return {id, held->second.context};
}

std::string Sessions::addContext(const std::string& session, Context context) {
    const std::lock_guard lock(mutex_);
    auto* found = findSession(session);
    if (found == nullptr) ended();
    return addContextLocked(*found, std::move(context));
}

Sessions::Session* Sessions::findSession(const std::string& id) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return nullptr;
    const auto now = clock_.steady();
    if (now - found->second.used > limits_.idle || now - found->second.begun > limits_.absolute) {
        sessions_.erase(found);
        return nullptr;
    }
    return &found->second;
}

std::string Sessions::addContextLocked(Session& session, Context context) {
    if (session.contexts.size() >= limits_.contextsMax)
        session.contexts.erase(std::min_element(
            session.contexts.begin(), session.contexts.end(),
            [](const auto& a, const auto& b) { return a.second.used < b.second.used; }));
    auto token = fhir::randomToken(kTokenBytes);
    session.contexts[token] = {std::move(context), clock_.steady()};
    return token;
}

void Sessions::sweep() {
    const auto now = clock_.steady();
    std::erase_if(links_, [&](const auto& one) { return one.second.until <= now; });
    std::erase_if(sessions_, [&](const auto& one) {
        return now - one.second.used > limits_.idle || now - one.second.begun > limits_.absolute;
    });
}

}  // namespace plugin::launch
