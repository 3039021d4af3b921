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

/// What an EHR has told within a moment, each thing once.
struct ChangeSet {
    std::size_t notifications = 0;
    bool anything = false;                  ///< every unit may be concerned
    std::set<std::string> stays, patients;  ///< ids; none where `anything` stands for too many
    std::map<std::string, SubscriptionTable::Heard> heard;  ///< by subscription
};

/// Gathers notifications, so that a hundred that come together are looked into once. Has no thread
/// and no clock of its own; used by one thread at a time. Bounded, whatever comes.
class NotificationBatcher {
public:
    /// How long after its first notification a connection is looked into.
    static constexpr std::chrono::milliseconds kQuiet{500};
    /// More names than this, or subscriptions, stand for everything.
    static constexpr std::size_t kNamesMax = 1000;
    static constexpr std::size_t kSubscriptionsMax = 64;

    void add(const std::string& connection, const Notification& notification, fhir::Deadline now);
    struct Taken {
        std::string connection;
        ChangeSet changes;
    };
    /// What one connection has told, where its moment is over.
    std::optional<Taken> take(fhir::Deadline now);
    /// When `take` gives something next; the end of time where nothing was told.
    fhir::Deadline next() const;

private:
    struct Batch {
        fhir::Deadline due;
        ChangeSet changes;
    };
    std::map<std::string, Batch> batches_;
};

}  // namespace plugin::subscriptions
