#include "plugin/subscriptions/notification_batcher.h"

#include <algorithm>

namespace plugin::subscriptions {

void NotificationBatcher::add(const std::string& connection, const Notification& notification,
                              fhir::Deadline now) {
    auto& changes = batches_.try_emplace(connection, Batch{now + kQuiet, {}}).first->second.changes;
    ++changes.notifications;
    changes.anything = changes.anything || notification.anything;
    changes.stays.insert(notification.stays.begin(), notification.stays.end());
    changes.patients.insert(notification.patients.begin(), notification.patients.end());
    if (changes.stays.size() + changes.patients.size() > kNamesMax) {
        changes.anything = true;
        changes.stays.clear();
        changes.patients.clear();
    }
    if (notification.subscription.empty()) return;
    if (changes.heard.size() >= kSubscriptionsMax &&
        changes.heard.count(notification.subscription) == 0)
        return;
    auto& heard = changes.heard[notification.subscription];
    heard.begins = heard.begins || notification.kind == Notification::Kind::Handshake;
    heard.events.insert(notification.numbers.begin(), notification.numbers.end());
    // The lowest go: what is missing before them is then taken for a gap, and all is read.
    while (heard.events.size() > kNamesMax) heard.events.erase(heard.events.begin());
}

std::optional<NotificationBatcher::Taken> NotificationBatcher::take(fhir::Deadline now) {
    const auto due = std::find_if(batches_.begin(), batches_.end(),
                                  [&](const auto& heap) { return heap.second.due <= now; });
    if (due == batches_.end()) return std::nullopt;
    Taken taken{due->first, std::move(due->second.changes)};
    batches_.erase(due);
    return taken;
}

fhir::Deadline NotificationBatcher::next() const {
    auto next = fhir::Deadline::max();
    for (const auto& [connection, heap] : batches_) next = std::min(next, heap.due);
    return next;
}

}  // namespace plugin::subscriptions
