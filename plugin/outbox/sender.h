#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/audit/entry.h"
#include "plugin/outbox/delivery_result.h"
#include "plugin/outbox/policy.h"
#include "plugin/store/tables/outbox_table.h"

namespace plugin::outbox {

/// What a try came to, for logs and metrics: no patient data, and not the resource.
struct SendReport {
    std::string entry, connection;
    std::string corrects{};                                  ///< the entry that this one takes back
    store::OutboxState state = store::OutboxState::Waiting;  ///< after the try
    int attempts = 0;
    std::string route;  ///< where delivered
    std::string error;  ///< where not
};

/// One line a try in the log of the service.
void logReport(const SendReport& report);

/// From 0 to below 1; for the waits between tries, not for secrets.
double randomUnit();

/// Takes entries out of the outbox and delivers each to exactly one place.
///
/// claim → deliver → mark, and each step leaves the truth on disk: the claim says that the entry
/// may be there before anything is sent, so that whoever comes after a crash looks first. One of
/// the three places where exceptions end (the others are the router and main).
///
/// Several threads may run it, and several processes on one database.
class Sender {
public:
    /// Writes an entry into the EHR, with no request after the deadline. Throws as
    /// adapters::tryRoutes.
    using Deliver = std::function<DeliveryResult(const store::OutboxEntry&, fhir::Deadline)>;

    struct Options {
        RetryPolicy policy;
        /// How long an entry is one sender's before another may have it. Two thirds of it are for
        /// sending; what went out at their end has the last third to arrive. So a sender that was
        /// stopped and goes on cannot write what another has meanwhile placed elsewhere.
        std::chrono::seconds lease{180};
        /// How often to look for entries of other processes.
        std::chrono::milliseconds idle{2000};
        fhir::Clock clock;
        std::function<double()> chance = randomUnit;
        std::function<void(const SendReport&)> report = logReport;
        /// For the audit trail: who sends, and whereto. By default this service.
        audit::Author author{};
    };

    Sender(store::Database& database, Deliver deliver);
    Sender(store::Database& database, Deliver deliver, Options options);

    using Only = store::OnlyEntries;

    /// Sends one entry that is due. True when one was taken, whatever became of it. With `only`
    /// no other is taken. None is taken of a connection whose EHR has asked to be left alone for a
    /// while: its entries lose neither a try nor time to one that they would fail by as well.
    /// Throws Error where the database fails; what was taken then keeps its doubt and is taken
    /// again when its lease has run out.
    bool sendOne(const Only& only = {});

    /// Sends whatever is due, and waits for more, until stopped. Never throws. Ends after the try
    /// that is under way. With a connection, its entries alone: an EHR that is slow keeps only its
    /// own threads waiting.
    void run(std::stop_token stop, const std::string& connection = {});

    /// There is something new: look now. From any thread.
    void wake();

private:
    bool sendOneOrReport(const Only& only);
    void waitForWork(std::stop_token& stop, std::uint64_t wakesSeen, const Only& only);
    std::chrono::milliseconds untilNextDue(const Only& only) const;
    void settle(store::OutboxEntry& entry, const fhir::Error& error);
    /// What joins the transaction that marks an entry.
    store::OutboxTable::Also onRecord(const store::OutboxEntry& entry);
    Only withoutPaused(Only only) const;
    void pause(const std::string& connection, const fhir::Error& error);
    std::chrono::milliseconds pauseOf(const std::string& connection) const;

    store::Database& database_;
    store::OutboxTable table_;
    Deliver deliver_;
    Options options_;
    mutable std::mutex mutex_;
    std::map<std::string, fhir::Deadline> pausedUntil_;  ///< by connection
    std::condition_variable_any woken_;
    std::uint64_t wakes_ = 0;
};

}  // namespace plugin::outbox
