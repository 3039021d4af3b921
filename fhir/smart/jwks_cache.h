#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "fhir/base/clock.h"
#include "fhir/http/transport.h"
#include "fhir/smart/jwk_set.h"

namespace fhir::smart {

struct JwksCacheOptions {
    /// How long a set is cached: the max-age of Cache-Control, within these bounds.
    std::chrono::seconds keepMin{60};
    std::chrono::seconds keepDefault{10 * 60};
    std::chrono::seconds keepMax{24 * 60 * 60};
    /// How long an expired set is still used if it cannot be fetched again. Not longer: a withdrawn
    /// key must stop being accepted, even if somebody cuts our connection to its owner.
    std::chrono::seconds staleMax{60 * 60};
    /// The shortest time between two requests for the same set, so that invented key ids do not
    /// cause more requests.
    std::chrono::seconds askAgainAfter{30};
    std::chrono::seconds fetchMax{10};  ///< no longer does a set take to come
    std::size_t setsMax = 64;
    /// How many may wait for sets at once, so that a silent owner does not hold up all of the
    /// callers' threads; and how many may where there is a set, but without their key: mostly of
    /// those who invent key ids.
    std::size_t waitingMax = 24, waitingForUnknownMax = 8;
};

/// Caches other parties' key sets by address; each is fetched when first needed, by a thread of its
/// own, so that a fetch goes on when nobody waits for it any more. May be used from several threads
/// at once.
///
/// Requests any address that it is given: the caller must have checked the address against our own
/// list.
class JwksCache {
public:
    JwksCache(http::Transport& transport, Clock clock = {}, JwksCacheOptions options = {});
    /// Waits for the fetches that are under way.
    ~JwksCache();
    JwksCache(const JwksCache&) = delete;
    JwksCache& operator=(const JwksCache&) = delete;

    /// Finds a key as `JwkSet::find` does. If the set has no such key, it is fetched again, once
    /// and not before `askAgainAfter` has passed, since keys are rotated; nullopt if it still has
    /// none. A key that is there never waits for a fetch on behalf of another one; and where its
    /// set has expired, half of the time that is left, and then it is used (within `staleMax`).
    /// Throws Error{Unavailable} if there was no set by the deadline, or if too many wait for
    /// sets; Error{BadReply} if the answer is no set.
    std::optional<Key> find(const Url& url, std::string_view kid, Algorithm algorithm,
                            Deadline deadline);

private:
    struct Entry {
        std::optional<JwkSet> set;
        Deadline freshUntil, asked;
        bool wasAsked = false, isAsking = false;
        std::exception_ptr fault;  ///< why the last fetch failed
        std::jthread fetching{};
    };
    struct Fetched {
        JwkSet set;
        std::chrono::seconds keep;
    };

    Entry& entryOf(const std::string& url);
    bool mayAsk(const Entry& entry, Deadline now) const;
    void ask(Entry& entry, const Url& url);
    bool wait(std::unique_lock<std::mutex>& lock, Deadline until, std::size_t waitingMax);
    void fetchInto(const Url& url);
    Fetched fetch(const Url& url);

    http::Transport& transport_;
    Clock clock_;
    JwksCacheOptions options_;
    std::mutex mutex_;
    std::condition_variable answered_;
    std::size_t waiting_ = 0;
    std::map<std::string, Entry> entries_;
};

/// The max-age of Cache-Control; 0 if caching is forbidden, nullopt if neither is said (RFC 9111,
/// section 5.2.2).
std::optional<std::chrono::seconds> maxAge(const Headers& headers);

}  // namespace fhir::smart
