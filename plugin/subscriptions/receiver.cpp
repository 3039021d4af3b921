#include "plugin/subscriptions/receiver.h"

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "fhir/base/random.h"
#include "plugin/store/tables/merge_table.h"
#include "plugin/store/tables/ward_table.h"

namespace plugin::subscriptions {

void Receiver::receive(const std::string& connection, const Notification& notification) {
    {
        const std::lock_guard lock(mutex_);
        batcher_.add(connection, notification, clock_.steady());
    }
    changed_.notify_all();
}

void Receiver::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        if (const auto taken = batcher_.take(clock_.steady())) {
            lock.unlock();
            try {
                follow(taken->connection, taken->changes);
            } catch (const fhir::Error& error) {
                // Polling sees what this would have brought earlier.
                fhir::log::warning("notifications not followed",
                                   {{"connection", taken->connection},
                                    {"kind", fhir::toString(error.kind())},
                                    {"why", error.what()}});
            } catch (const std::exception&) {
                // Its text is nobody's promise: it might hold what was told.
                fhir::log::error("notifications not followed",
                                 {{"connection", taken->connection},
                                  {"why", "an unexpected fault of this program"}});
            }
            lock.lock();
            continue;
        }
        const auto until = std::min(batcher_.next(), clock_.steady() + std::chrono::hours(1));
        changed_.wait_until(lock, stop, until, [&] { return batcher_.next() < until; });
    }
}

bool Receiver::isGap(const std::string& connection, const ChangeSet& changes) {
    SubscriptionTable table(database_);
    bool isGap = false;
    for (const auto& [name, heard] : changes.heard)
        isGap = table.record(connection, name, heard, clock_.now()) || isGap;
    return isGap;
}

void Receiver::tellPages(const std::string& connection, const ChangeSet& changes) {
    if (changes.patients.empty()) return;
    const store::MergeTable merges(database_);
    std::set<std::string> topics;
    for (const auto& patient : changes.patients)
        topics.insert(store::patientTopic(database_.vault(), connection,
                                          merges.current(connection, patient)));
    database_.transaction([&](Poco::Data::Session& session) {
        for (const auto& topic : topics)
            database_.announce(session, {topic, "changed", fhir::randomToken(6)});
    });
}

void Receiver::follow(const std::string& connection, const ChangeSet& changes) {
    const bool isMissing = isGap(connection, changes);
    bool isAll = changes.anything || isMissing;
    std::set<std::string> units;
    if (!isAll) {
        const store::WardTable wards(database_);
        for (const auto& stay : changes.stays) {
            const auto of = wards.unitsOfStay(connection, stay);
            isAll = isAll || of.empty();
            units.insert(of.begin(), of.end());
        }
        for (const auto& patient : changes.patients) {
            const auto of = wards.unitsOfPatient(connection, patient);
            units.insert(of.begin(), of.end());
        }
    }
    if (isAll)
        sync_.want(connection);
    else if (!units.empty())
        sync_.want(connection, units);
    tellPages(connection, changes);
    fhir::log::info("notifications followed",
                    {{"connection", connection},
                     {"notifications", std::to_string(changes.notifications)},
                     {"units", isAll ? "all" : std::to_string(units.size())},
                     {"missing", isMissing ? "yes" : "no"}});
}

}  // namespace plugin::subscriptions
