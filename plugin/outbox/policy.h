#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "fhir/base/clock.h"
#include "fhir/base/error.h"

/// When an entry of the outbox is tried again. Pure: time and chance are parameters.
namespace plugin::outbox {

/// Waits of one entry between its tries.
///
/// The longest possible wait doubles from `first` up to `longest` and stays there; the wait itself
/// is anything from nothing to that (full jitter), so that entries that failed together do not
/// come back together. A Retry-After is waited for at least (RFC 9110, section 10.2.3). What
/// would be tried later than `ageMax` after it began to wait has failed: a week is longer than any
/// planned outage, and then a person should know.
struct RetryPolicy {
    std::chrono::seconds first{5};
    std::chrono::seconds longest{15 * 60};
    std::chrono::seconds retryAfterMax{24 * 3600};  ///< no server holds us longer
    std::chrono::seconds ageMax{7 * 24 * 3600};
};

/// How long to wait after try number `attempts` (from 1) failed. `chance` is from 0 to below 1.
std::chrono::milliseconds waitAfter(const RetryPolicy& policy, int attempts, double chance,
                                    std::optional<std::chrono::milliseconds> retryAfter);

/// Whether an entry that has waited since then has failed rather than being tried at `nextAttempt`.
bool isTooOld(const RetryPolicy& policy, fhir::Instant waitingSince, fhir::Instant nextAttempt);

/// How long an EHR asks to be left alone by this error, which then holds for every entry of its
/// connection: it is away, or busy, and says (or our circuit breaker or pace says in its stead)
/// when to ask again. nullopt where the error tells of one entry alone.
std::optional<std::chrono::milliseconds> pauseAfter(const RetryPolicy& policy,
                                                    const fhir::Error& error);

/// Whether nothing of the try was sent: our own breaker held it back. It is then no try.
bool isHeldBack(const fhir::Error& error) noexcept;

/// What becomes of an entry after an error of the ladder.
enum class Delivery {
    Retry,         ///< it certainly did not arrive
    RetryInDoubt,  ///< it may have arrived: the next try looks first
    InDoubt,       ///< it may have arrived, and nothing tells: a person must look
    Failed,        ///< it did not arrive, and never will: a person must look
};

/// Unavailable and BadReply leave a doubt: the request may have been carried out and its answer
/// lost. (A refused connection leaves none in truth; looking first costs one search.) Unauthorized
/// needs new credentials and then works. What nobody can tell (`adapters::kInDoubt`), and a fault
/// of our own in the middle, are a person's to decide. Everything else means that no rung took it,
/// or that it can never be taken.
Delivery decide(const fhir::Error& error) noexcept;

}  // namespace plugin::outbox
