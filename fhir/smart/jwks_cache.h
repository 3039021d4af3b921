#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

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
    std::size_t setsMax = 64;
};

/// Caches other parties' key sets by address; each is fetched when first needed. May be used from
/// several threads at once: while one fetches a set, the others wait for it.
///
/// Requests any address that it is given: the caller must have checked the address against our own
/// list.
class JwksCache {
public:
    JwksCache(http::Transport& transport, Clock clock = {}, JwksCacheOptions options = {});

    /// Finds a key as `JwkSet::find` does. If the set has no such key, it is fetched again, once
    /// and not before `askAgainAfter` has passed, since keys are rotated; nullopt if it still has
    /// none. Throws Error{Unavailable} if there was no set by the deadline, Error{BadReply} if the
    /// answer is no set.
    std::optional<Key> find(const Url& url, std::string_view kid, Algorithm algorithm,
                            Deadline deadline);

private:
    struct Entry {
        std::shared_ptr<const JwkSet> set;  // shared with those who look something up in it
        Deadline freshUntil, asked;
        bool wasAsked = false, isAsking = false;
    };
    struct Fetched {
        JwkSet set;
        std::chrono::seconds keep;
    };

    Entry& entryOf(const std::string& url);
    bool mayAsk(const Entry& entry, Deadline now) const;
    std::shared_ptr<const JwkSet> setOf(const Url& url, bool anew, Deadline deadline);
    std::shared_ptr<const JwkSet> ask(const Url& url, std::unique_lock<std::mutex>& lock,
                                      Deadline deadline);
    Fetched fetch(const Url& url, Deadline deadline);

    http::Transport& transport_;
    Clock clock_;
    JwksCacheOptions options_;
    std::mutex mutex_;
    std::condition_variable answered_;
    std::map<std::string, Entry> entries_;
};

/// The max-age of Cache-Control; 0 if caching is forbidden, nullopt if neither is said (RFC 9111,
/// section 5.2.2).
std::optional<std::chrono::seconds> maxAge(const Headers& headers);

}  // namespace fhir::smart
