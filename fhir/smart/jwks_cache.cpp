#include "fhir/smart/jwks_cache.h"

#include <algorithm>
#include <charconv>

#include "fhir/base/error.h"

namespace fhir::smart {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::optional<std::chrono::seconds> maxAge(const Headers& headers) {
    const auto field = headers.find("Cache-Control").value_or("");
    std::optional<std::chrono::seconds> age;
    for (std::size_t start = 0; start < field.size();) {
        const auto end = std::min(field.find(',', start), field.size());
        const auto directive = trimmed(std::string_view(field).substr(start, end - start));
        start = end + 1;
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

std::optional<Key> JwksCache::find(const Url& url, std::string_view kid, Algorithm algorithm,
                                   Deadline deadline) {
    if (auto key = setOf(url, false, deadline)->find(kid, algorithm)) return key;
    return setOf(url, true, deadline)->find(kid, algorithm);
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

/// The set as it is held, or, where it is too old or `anew` is wanted, as it comes from its owner.
std::shared_ptr<const JwkSet> JwksCache::setOf(const Url& url, bool anew, Deadline deadline) {
    std::unique_lock lock(mutex_);
    for (;;) {
        auto& entry = entryOf(url.text());
        const auto now = clock_.steady();
        const bool isFresh = entry.set && now < entry.freshUntil;
        if (isFresh && !anew) return entry.set;
        if (entry.isAsking) {
            if (answered_.wait_until(lock, deadline) == std::cv_status::timeout)
                throw Error(ErrorKind::Unavailable,
                            "no key set from " + url.origin() + " within the time allowed");
            anew = false;  // what has just come is as new as can be
            continue;
        }
        if (isFresh && !mayAsk(entry, now)) return entry.set;
        if (mayAsk(entry, now)) return ask(url, lock, deadline);
        if (entry.set && now < entry.freshUntil + options_.staleMax) return entry.set;
        throw Error(ErrorKind::Unavailable,
                    "the key set of " + url.origin() + " could not be had a moment ago");
    }
}

std::shared_ptr<const JwkSet> JwksCache::ask(const Url& url, std::unique_lock<std::mutex>& lock,
                                             Deadline deadline) {
    {
        auto& entry = entryOf(url.text());
        entry.isAsking = entry.wasAsked = true;
        entry.asked = clock_.steady();
    }
    lock.unlock();
    std::optional<Fetched> fetched;
    std::exception_ptr fault;
    try {
        fetched = fetch(url, deadline);
    } catch (...) {
        fault = std::current_exception();  // thrown again below: first, nobody may wait for it
    }
    lock.lock();
    auto& entry = entries_.at(url.text());  // nobody takes away what is being asked for
    entry.isAsking = false;
    answered_.notify_all();
    const auto now = clock_.steady();
    if (fetched) {
        entry.set = std::make_shared<const JwkSet>(std::move(fetched->set));
        entry.freshUntil = now + fetched->keep;
        return entry.set;
    }
    if (entry.set && now < entry.freshUntil + options_.staleMax) return entry.set;
    std::rethrow_exception(fault);
}

JwksCache::Fetched JwksCache::fetch(const Url& url, Deadline deadline) {
    const auto step = "key set of " + url.origin();
    http::Request request;
    request.url = url;
    request.headers.set("Accept", "application/json");
    const auto response = [&] {
        try {
            return transport_.send(request, deadline);
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
