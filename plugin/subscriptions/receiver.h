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

/// Makes of notifications what is to be read: units that are wanted, pages that ask anew. Nothing
/// is read from an EHR here, and nothing is lost for good: polling goes on.
class Receiver {
public:
    Receiver(store::Database& database, sync::Sync& sync, fhir::Clock clock = {})
        : database_(database), sync_(sync), clock_(std::move(clock)) {}

    /// Takes note of a notification, at once: `run` looks into it.
    void receive(const std::string& connection, const Notification& notification);
    /// Looks into what came, until a stop is asked for.
    void run(const std::stop_token& stop);
    /// Looks into what a connection has told: where a number is missing every unit is wanted, else
    /// those where the stays and patients are. A stay that is on no unit may have come to any; a
    /// patient who is on none concerns none.
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
