#include "plugin/outbox/sender.h"

#include <algorithm>
#include <optional>
#include <random>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "plugin/outbox/delivery_audit.h"
#include "plugin/store/engine/fault_point.h"

namespace plugin::outbox {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using std::chrono::milliseconds;

/// The least wait when something is due that cannot be claimed: another of its key is under way.
constexpr milliseconds kPause{100};

SendReport reportOf(const store::OutboxEntry& entry) {
    return {.entry = entry.id,
            .connection = entry.connection,
            .corrects = entry.corrects,
            .state = entry.state,
            .attempts = entry.attempts,
            .route = entry.route,
            .error = entry.lastError};
}

}  // namespace

void logReport(const SendReport& report) {
    const auto attempts = std::to_string(report.attempts);
    switch (report.state) {
        case store::OutboxState::Delivered:
            fhir::log::info("outbox-delivered", {{"entry", report.entry},
                                                 {"connection", report.connection},
                                                 {"route", report.route},
                                                 {"attempts", attempts}});
            return;
        case store::OutboxState::Waiting:
            fhir::log::warning("outbox-retry", {{"entry", report.entry},
                                                {"connection", report.connection},
                                                {"attempts", attempts},
                                                {"error", report.error}});
            return;
        case store::OutboxState::Discarded:
            fhir::log::info("outbox-unsent",
                            {{"entry", report.entry}, {"connection", report.connection}});
            return;
        case store::OutboxState::InDoubt:
            fhir::log::error("outbox-in-doubt", {{"entry", report.entry},
                                                 {"connection", report.connection},
                                                 {"attempts", attempts},
                                                 {"error", report.error}});
            return;
        case store::OutboxState::Failed:
            fhir::log::error("outbox-failed", {{"entry", report.entry},
                                               {"connection", report.connection},
                                               {"attempts", attempts},
                                               {"error", report.error}});
            return;
    }
}

double randomUnit() {
    thread_local std::minstd_rand source{std::random_device{}()};
    return std::uniform_real_distribution<double>(0.0, 1.0)(source);
}

Sender::Sender(store::Database& database, Deliver deliver)
    : Sender(database, std::move(deliver), Options{}) {}

Sender::Sender(store::Database& database, Deliver deliver, Options options)
    : database_(database),
      table_(database),
      deliver_(std::move(deliver)),
      options_(std::move(options)) {}

bool Sender::sendOne(const Only& only) {
    // Before the claim: a stop between the two must shorten the try, not the rest of the lease.
    const auto deadline = options_.clock.steady() + options_.lease * 2 / 3;
    auto entry = table_.claim(options_.clock.now(), options_.lease, withoutPaused(only));
    if (!entry) return false;
    std::optional<Error> error;
    try {
        store::faultPoint("send/before");
        take(deliver_(*entry, deadline), *entry);
        store::faultPoint("send/after");
    } catch (const Error& caught) {
        error = caught;
    } catch (const std::exception&) {
        // Its text is nobody's promise: it might hold what was sent.
        error = Error(ErrorKind::Internal, "an unexpected fault of this program while sending");
    }
    if (error)
        settle(*entry, *error);
    else if (entry->state == store::OutboxState::Discarded)
        table_.markUnsent(*entry);
    else
        table_.markDelivered(*entry, onRecord(*entry));
    options_.report(reportOf(*entry));
    return true;
}

store::OutboxTable::Also Sender::onRecord(const store::OutboxEntry& entry) {
    return afterTry(database_, entry, options_.author, options_.clock.now());
}

Sender::Only Sender::withoutPaused(Only only) const {
    const auto now = options_.clock.steady();
    const std::scoped_lock lock(mutex_);
    for (const auto& [connection, until] : pausedUntil_)
        if (now < until) only.without.push_back(connection);
    return only;
}

void Sender::pause(const std::string& connection, const Error& error) {
    const auto wait = pauseAfter(options_.policy, error);
    if (!wait) return;
    const auto until = options_.clock.steady() + *wait;
    const std::scoped_lock lock(mutex_);
    auto& paused = pausedUntil_[connection];
    paused = std::max(paused, until);
}

milliseconds Sender::pauseOf(const std::string& connection) const {
    const std::scoped_lock lock(mutex_);
    const auto found = pausedUntil_.find(connection);
    if (found == pausedUntil_.end()) return milliseconds::zero();
    return std::max(milliseconds::zero(),
                    std::chrono::ceil<milliseconds>(found->second - options_.clock.steady()));
}

void Sender::settle(store::OutboxEntry& entry, const Error& error) {
    pause(entry.connection, error);
    if (isHeldBack(error)) --entry.attempts;
    const auto delivery = decide(error);
    const bool inDoubt = delivery == Delivery::RetryInDoubt || delivery == Delivery::InDoubt;
    entry.lastError = error.what();
    if (error.kind() == ErrorKind::Unauthorized)
        entry.lastError = "the EHR does not accept our credentials: " + entry.lastError;
    if (delivery == Delivery::Retry || delivery == Delivery::RetryInDoubt) {
        const auto now = options_.clock.now();
        entry.nextAttempt =
            now + waitAfter(options_.policy, entry.attempts, options_.chance(), error.retryAfter());
        if (!isTooOld(options_.policy, entry.waitingSince, entry.nextAttempt)) {
            table_.markRetry(entry, inDoubt);
            return;
        }
        const auto days =
            std::chrono::duration_cast<std::chrono::hours>(options_.policy.ageMax) / 24;
        entry.lastError =
            "given up after " + std::to_string(days.count()) + " days: " + entry.lastError;
    }
    // Every rung that could take it has looked, and then refused it.
    const bool isNowhere = delivery == Delivery::Failed;
    entry.mayBeThere = entry.mayBeThere || inDoubt;
    entry.state =
        entry.mayBeThere && !isNowhere ? store::OutboxState::InDoubt : store::OutboxState::Failed;
    table_.markFailed(entry, onRecord(entry));
}

void Sender::run(std::stop_token stop, const std::string& connection) {
    const Only only{.id = {}, .connection = connection};
    while (!stop.stop_requested()) {
        std::uint64_t wakesSeen = 0;
        {
            const std::scoped_lock lock(mutex_);
            wakesSeen = wakes_;
        }
        if (!sendOneOrReport(only)) waitForWork(stop, wakesSeen, only);
    }
}

bool Sender::sendOneOrReport(const Only& only) {
    try {
        return sendOne(only);
    } catch (const Error& error) {
        fhir::log::error("outbox-store", {{"error", error.what()}});
    } catch (const std::exception&) {
        fhir::log::error("outbox-store", {{"error", "an unexpected fault of this program"}});
    }
    return false;
}

milliseconds Sender::untilNextDue(const Only& only) const {
    try {
        const auto now = options_.clock.now();
        const auto due = table_.nextDue(now, withoutPaused(only));
        const auto pause = pauseOf(only.connection);
        if (pause > milliseconds::zero())
            return std::clamp(pause, kPause, std::max(options_.idle, kPause));
        if (!due) return options_.idle;
        return std::clamp(std::chrono::ceil<milliseconds>(*due - now), kPause,
                          std::max(options_.idle, kPause));
    } catch (const Error&) {
        return options_.idle;  // the next claim meets the same fault and reports it
    }
}

void Sender::waitForWork(std::stop_token& stop, std::uint64_t wakesSeen, const Only& only) {
    const auto wait = untilNextDue(only);
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, stop, wait, [&] { return wakes_ != wakesSeen; });
}

void Sender::wake() {
    {
        const std::scoped_lock lock(mutex_);
        ++wakes_;
    }
    woken_.notify_all();
}

}  // namespace plugin::outbox
