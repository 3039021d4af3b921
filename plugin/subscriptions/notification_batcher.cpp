#include "plugin/subscriptions/notification_batcher.h"

#include <algorithm>

namespace plugin::subscriptions {

void Gathered::add(const std::string& connection, const Notification& notification,
                   fhir::Deadline now) {
    auto& told = heaps_.try_emplace(connection, Heap{now + kQuiet, {}}).first->second.told;
    ++told.notifications;
    told.anything = told.anything || notification.anything;
    told.stays.insert(notification.stays.begin(), notification.stays.end());
    told.patients.insert(notification.patients.begin(), notification.patients.end());
    if (told.stays.size() + told.patients.size() > kNamesMax) {
        told.anything = true;
        told.stays.clear();
        told.patients.clear();
    }
    if (notification.subscription.empty()) return;
    if (told.heard.size() >= kSubscriptionsMax && told.heard.count(notification.subscription) == 0)
        return;
    auto& heard = told.heard[notification.subscription];
    heard.begins = heard.begins || notification.kind == Notification::Kind::Handshake;
    heard.events.insert(notification.numbers.begin(), notification.numbers.end());
    // The lowest go: what is missing before them is then taken for a gap, and all is read.
    while (heard.events.size() > kNamesMax) heard.events.erase(heard.events.begin());
}

std::optional<Gathered::Taken> Gathered::take(fhir::Deadline now) {
    const auto due = std::find_if(heaps_.begin(), heaps_.end(),
                                  [&](const auto& heap) { return heap.second.due <= now; });
    if (due == heaps_.end()) return std::nullopt;
    Taken taken{due->first, std::move(due->second.told)};
    heaps_.erase(due);
    return taken;
}

fhir::Deadline Gathered::next() const {
    auto next = fhir::Deadline::max();
    for (const auto& [connection, heap] : heaps_) next = std::min(next, heap.due);
    return next;
}

}  // namespace plugin::subscriptions
