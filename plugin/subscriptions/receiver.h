#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"
#include "plugin/subscriptions/notification_batcher.h"
#include "plugin/sync/sync.h"

namespace plugin::subscriptions {

/// Turns notifications into work: units to be read, pages that ask anew. Reads nothing from an EHR
/// itself. A lost notification causes only a delay, because polling goes on.
class Receiver {
public:
    Receiver(store::Database& database, sync::Sync& sync, fhir::Clock clock = {})
        : database_(database), sync_(sync), clock_(std::move(clock)) {}

    /// Queues a notification and returns at once; `run` follows it.
    void receive(const std::string& connection, const Notification& notification);
    /// Follows queued notifications until a stop is requested.
    void run(const std::stop_token& stop);
    /// Follows what a connection has told: wants every unit if a number is missing or anything may
    /// have changed, else the units where the stays and patients are. A stay that is on no unit may
    /// have come to any, so every unit is wanted; a patient who is on no unit concerns none.
    void follow(const std::string& connection, const ChangeSet& changes);

private:
    bool isGap(const std::string& connection, const ChangeSet& changes);
    void tellPages(const std::string& connection, const ChangeSet& changes);

    store::Database& database_;
    sync::Sync& sync_;
    fhir::Clock clock_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    NotificationBatcher batcher_;
};

}  // namespace plugin::subscriptions
