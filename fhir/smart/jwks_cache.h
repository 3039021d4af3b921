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
    /// For how long a set is kept: what Cache-Control's max-age says, within these bounds.
    std::chrono::seconds keepMin{60};
    std::chrono::seconds keepDefault{10 * 60};
    std::chrono::seconds keepMax{24 * 60 * 60};
    /// A set that cannot be had anew counts for this long after its time. Not longer: a key that
    /// was withdrawn must stop to count even where somebody cuts us off its owner.
    std::chrono::seconds staleMax{60 * 60};
    /// The least time between two requests for the same set. Somebody who invents key ids gets
    /// us to ask no oftener.
    std::chrono::seconds askAgainAfter{30};
    std::size_t setsMax = 64;
};

/// The key sets of others by their address, fetched when first needed and kept. May be used from
/// several threads at once: while one asks for a set, the others wait for its answer.
///
/// It asks whatever address it is given. Who calls has found the address on a list of ours.
class JwksCache {
public:
    JwksCache(http::Transport& transport, Clock clock = {}, JwksCacheOptions options = {});

    /// The key of that id, as `JwkSet::find`. A set that holds no such key is asked for anew, once
    /// and not before `askAgainAfter` has gone by: keys are rotated. nullopt where it has none
    /// then. Throws Error{Unavailable} where no set could be had by the deadline, and
    /// Error{BadReply} where what came is none.
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

/// The seconds of Cache-Control's max-age, 0 where it forbids keeping, nullopt where it says
/// nothing (RFC 9111, section 5.2.2).
std::optional<std::chrono::seconds> maxAge(const Headers& headers);

}  // namespace fhir::smart
