#include "fhir/smart/jwks_cache.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "fhir/base/error.h"

namespace fhir::smart {
std::optional<std::chrono::seconds> maxAge(const Headers& headers) {
    const auto field = headers.find("Cache-Control").value_or("");
    std::optional<std::chrono::seconds> age;
    for (const auto directive : listElements(field)) {
        if (equalsIgnoringCase(directive, "no-store") || equalsIgnoringCase(directive, "no-cache"))
            return std::chrono::seconds(0);
        const auto equals = directive.find('=');
        if (!equalsIgnoringCase(directive.substr(0, equals), "max-age")) continue;
        const auto text = equals == std::string_view::npos ? "" : directive.substr(equals + 1);
        std::uint32_t count = 0;
        const auto [stop, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (fault == std::errc::result_out_of_range) count = UINT32_MAX;
        if (fault == std::errc::invalid_argument || stop != text.data() + text.size()) continue;
        age = std::chrono::seconds(count);
    }
    return age;
}

JwksCache::JwksCache(http::Transport& transport, Clock clock, JwksCacheOptions options)
    : transport_(transport), clock_(std::move(clock)), options_(options) {}

JwksCache::~JwksCache() {
    std::vector<std::jthread> ending;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [url, entry] : entries_) ending.push_back(std::move(entry.fetching));
    }
}  // they are waited for before what they fill goes

std::optional<Key> JwksCache::find(const Url& url, std::string_view kid, Algorithm algorithm,
                                   Deadline deadline) {
    std::unique_lock lock(mutex_);
    for (bool hasAsked = false;;) {
        auto& entry = entryOf(url.text());
        const auto now = clock_.steady();
        const bool isUsable = entry.set && now < entry.freshUntil + options_.staleMax;
        const bool isFresh = isUsable && now < entry.freshUntil;
        auto key = isUsable ? entry.set->find(kid, algorithm) : std::nullopt;
        if (key && (isFresh || entry.isAsking)) return key;
        if (!entry.isAsking) {
            if (hasAsked || !mayAsk(entry, now)) {
                if (isUsable) return key;
                if (hasAsked && entry.fault) std::rethrow_exception(entry.fault);
                throw Error(ErrorKind::Unavailable,
                            "the key set of " + url.origin() + " could not be had a moment ago");
            }
            ask(entry, url);
        }
        hasAsked = true;  // what comes now is as new as can be
        const auto left = deadline - std::chrono::steady_clock::now();
        const auto most = isUsable && !key ? options_.waitingForUnknownMax : options_.waitingMax;
        if (!wait(lock, key ? deadline - left / 2 : deadline, most)) {
            if (key) return key;
            throw Error(ErrorKind::Unavailable,
                        "no key set from " + url.origin() + " within the time allowed");
        }
    }
}

JwksCache::Entry& JwksCache::entryOf(const std::string& url) {
    const auto found = entries_.find(url);
    if (found != entries_.end()) return found->second;
    if (entries_.size() >= options_.setsMax) {
        const auto oldest =
            std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
                return std::pair(a.second.isAsking, a.second.asked) <
                       std::pair(b.second.isAsking, b.second.asked);
            });
        if (oldest->second.isAsking)
            throw Error(ErrorKind::Unavailable, "too many key sets are being asked for at once");
        entries_.erase(oldest);
    }
    return entries_[url];
}

bool JwksCache::mayAsk(const Entry& entry, Deadline now) const {
    return !entry.wasAsked || now - entry.asked >= options_.askAgainAfter;
}

void JwksCache::ask(Entry& entry, const Url& url) {
    entry.fetching = std::jthread([this, url] { fetchInto(url); });
    entry.isAsking = entry.wasAsked = true;
    entry.asked = clock_.steady();
}

/// Until a fetch has ended. False where the time is up, or too many wait already.
bool JwksCache::wait(std::unique_lock<std::mutex>& lock, Deadline until, std::size_t waitingMax) {
    if (waiting_ >= waitingMax) return false;
    ++waiting_;
    const auto status = answered_.wait_until(lock, until);
    --waiting_;
    return status == std::cv_status::no_timeout;
}

void JwksCache::fetchInto(const Url& url) {
    std::optional<Fetched> fetched;
    std::exception_ptr fault;
    try {
        fetched = fetch(url);
    } catch (...) {
        fault = std::current_exception();  // for those who wait for it
    }
    const std::lock_guard lock(mutex_);
    auto& entry = entries_.at(url.text());  // nobody takes away what is being asked for
    entry.isAsking = false;
    entry.fault = fault;
    if (fetched) {
        entry.set = std::move(fetched->set);
        entry.freshUntil = clock_.steady() + fetched->keep;
    }
    answered_.notify_all();
}

JwksCache::Fetched JwksCache::fetch(const Url& url) {
    const auto step = "key set of " + url.origin();
    http::Request request;
    request.url = url;
    request.headers.set("Accept", "application/json");
    const auto response = [&] {
        try {
            return transport_.send(request, deadlineIn(options_.fetchMax));
        } catch (const Error& error) {
            throw error.in(step);
        }
    }();
    if (response.status != 200)
        throw Error(response.status >= 500 || response.status == 429 ? ErrorKind::Unavailable
                                                                     : ErrorKind::BadReply,
                    step + ": answered " + std::to_string(response.status) +
                        " where 200 with the keys was expected")
            .withStatus(response.status);
    try {
        return {JwkSet::parse(response.body),
                std::clamp(maxAge(response.headers).value_or(options_.keepDefault),
                           options_.keepMin, options_.keepMax)};
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        throw Error(ErrorKind::BadReply, step + ": is no JSON Web Key Set", error.path());
    }
}

}  // namespace fhir::smart
