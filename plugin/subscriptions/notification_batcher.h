#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/subscriptions/notification.h"
#include "plugin/subscriptions/subscription_table.h"

namespace plugin::subscriptions {

/// What an EHR has told within a short time, each thing once.
struct ChangeSet {
    std::size_t notifications = 0;
    bool anything = false;                  ///< every unit may be concerned
    std::set<std::string> stays, patients;  ///< ids; none if there were too many (`anything`)
    std::map<std::string, SubscriptionTable::Heard> heard;  ///< by subscription
};

/// Collects notifications, so that a hundred that come together are followed once. Has no thread
/// and no clock of its own; used by one thread at a time. Its size is bounded.
class NotificationBatcher {
public:
    /// How long after its first notification the changes of a connection are taken.
    static constexpr std::chrono::milliseconds kQuiet{500};
    /// More ids than kNamesMax mean that anything may have changed. Further subscriptions are not
    /// checked for missing numbers.
    static constexpr std::size_t kNamesMax = 1000;
    static constexpr std::size_t kSubscriptionsMax = 64;

    void add(const std::string& connection, const Notification& notification, fhir::Deadline now);
    struct Taken {
        std::string connection;
        ChangeSet changes;
    };
    /// Returns what one connection has told, once its time is over.
    std::optional<Taken> take(fhir::Deadline now);
    /// When `take` returns something next; the end of time if nothing was told.
    fhir::Deadline next() const;

private:
    struct Batch {
        fhir::Deadline due;
        ChangeSet changes;
    };
    std::map<std::string, Batch> batches_;
};

}  // namespace plugin::subscriptions
