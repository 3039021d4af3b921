#include "plugin/sessions/sessions.h"

#include "fhir/base/error.h"
#include "fhir/base/random.h"
#include "plugin/store/sealing/digest.h"

namespace plugin::sessions {
namespace {

constexpr std::size_t kTokenBytes = 24;  // 192 bits
constexpr std::size_t kLinksMax = 10'000;
constexpr const char* kDevelopmentUser = "development";

[[noreturn]] void ended() {
    throw fhir::Error(fhir::ErrorKind::Unauthorized,
                      "This page's session has ended. Open it again from the patient's chart.");
}

std::string placeOf(const std::string& token) {
    return "page_context/content/" + store::digestOf(token);
}

}  // namespace

std::string Sessions::seal(const std::string& token, const Context& context) const {
    return database_.vault().seal(context.toJson(), placeOf(token));
}

Sessions::Sessions(store::Database& database, bool secureCookie, const Limits& limits,
                   fhir::Clock clock)
    : database_(database),
      cookies_(secureCookie),
      limits_(limits),
      clock_(std::move(clock)),
      table_(database, limits.sessions) {}

Sessions::Opened Sessions::begin(const Context& context, const std::string& owner,
                                 const http_server::Request& request, bool mayJoin) {
    const auto now = clock_.now();
    Opened opened{mayJoin ? cookies_.find(request, Cookies::kSession) : std::string(), {}, {}};
    const auto there = opened.session.empty() ? std::nullopt : table_.find(opened.session, now);
    if (there && SessionTable::isOf(*there, context.connection, owner)) {
        table_.renew(opened.session, now);
    } else {
        if (there) table_.end(opened.session);
        opened.session = fhir::randomToken(kTokenBytes);
        if (!table_.begin(opened.session, context.connection, owner, now))
            throw fhir::Error(fhir::ErrorKind::Unavailable,
                              "Too many sessions are open; try again soon.");
    }
    opened.contextToken = fhir::randomToken(kTokenBytes);
    table_.addContext(opened.session, opened.contextToken,
                      {seal(opened.contextToken, context), now}, now);
    opened.setCookie = cookies_.set(Cookies::kSession, opened.session);
    return opened;
}

std::string Sessions::mintLink(Context context) {
    auto token = fhir::randomToken(kTokenBytes);
    const auto now = clock_.steady();
    const std::lock_guard lock(mutex_);
    std::erase_if(links_, [&](const auto& one) { return one.second.until <= now; });
    if (links_.size() >= kLinksMax)
        throw fhir::Error(fhir::ErrorKind::Unavailable, "too many links are open; try again soon");
    links_[token] = {std::move(context), now + limits_.link};
    return token;
}

Sessions::Redeemed Sessions::redeemLink(const std::string& token,
                                        const http_server::Request& request) {
    Redeemed redeemed;
    {
        const std::lock_guard lock(mutex_);
        const auto link = links_.find(token);
        if (link == links_.end() || link->second.until <= clock_.steady())
            throw fhir::Error(fhir::ErrorKind::Unauthorized,
                              "This link was used already or is too old. Open a new one.");
        redeemed.context = std::move(link->second.context);
        links_.erase(link);
    }
    static_cast<Opened&>(redeemed) = begin(redeemed.context, kDevelopmentUser, request);
    return redeemed;
}

OpenContext Sessions::open(const http_server::Request& request) {
    const auto token = request.headers.find("X-WhatMatters-Context").value_or("");
    auto session = cookies_.find(request, Cookies::kSession);
    if (token.empty() || session.empty()) ended();
    auto page = table_.openContext(session, token, clock_.now());
    if (!page) ended();
    return {std::move(session),
            Context::fromJson(database_.vault().open(page->content, placeOf(token))), page->opened};
}

std::string Sessions::addContext(const OpenContext& from, const Context& context) {
    auto token = fhir::randomToken(kTokenBytes);
    table_.addContext(from.session, token, {seal(token, context), from.opened}, clock_.now());
    return token;
}

std::string Sessions::end(const http_server::Request& request) {
    const auto session = cookies_.find(request, Cookies::kSession);
    if (!session.empty()) table_.end(session);
    return cookies_.clear(Cookies::kSession);
}

std::string Sessions::connectionOf(const http_server::Request& request) const {
    const auto session = cookies_.find(request, Cookies::kSession);
    if (session.empty()) return {};
    const auto found = table_.find(session, clock_.now());
    return found ? found->connection : std::string();
}

}  // namespace plugin::sessions
