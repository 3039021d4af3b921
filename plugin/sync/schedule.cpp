#include "plugin/sync/schedule.h"

#include <algorithm>

namespace plugin::sync {

Schedule::Schedule(std::vector<Unit> units, fhir::Deadline start) {
    for (auto& unit : units)
        entries_.push_back({.unit = std::move(unit), .due = start, .earliest = start});
}

bool Schedule::hasPlace(const Entry& entry) const {
    const auto running = std::count_if(entries_.begin(), entries_.end(), [&](const Entry& other) {
        return other.isRunning && other.unit.connection == entry.unit.connection;
    });
    return running < entry.unit.atOnce;
}

std::optional<Schedule::Taken> Schedule::take(fhir::Deadline now) {
    Entry* first = nullptr;
    for (auto& entry : entries_) {
        if (entry.isRunning || entry.due > now || !hasPlace(entry)) continue;
        if (first == nullptr || entry.due < first->due) first = &entry;
    }
    if (first == nullptr) return std::nullopt;
    const Taken taken{static_cast<std::size_t>(first - entries_.data()), first->isRequested};
    take(taken.unit);
    return taken;
}

bool Schedule::take(std::size_t unit) {
    auto& entry = entries_.at(unit);
    if (entry.isRunning) return false;
    entry.isRunning = true;
    entry.isRequested = false;
    return true;
}

void Schedule::finish(std::size_t unit, fhir::Deadline now, fhir::Deadline due) {
    auto& entry = entries_.at(unit);
    entry.isRunning = false;
    entry.earliest = now + kGap;
    entry.due = entry.isRequested ? std::min(due, entry.earliest) : due;
    entry.due = std::min(entry.due, entry.brought);
    entry.brought = fhir::Deadline::max();
}

void Schedule::request(std::size_t unit, fhir::Deadline now) {
    auto& entry = entries_.at(unit);
    entry.isRequested = true;
    entry.due = std::min(entry.due, std::max(now, entry.earliest));
}

void Schedule::advance(std::size_t unit, fhir::Deadline due) {
    auto& entry = entries_.at(unit);
    auto& when = entry.isRunning ? entry.brought : entry.due;
    when = std::min(when, due);
}

fhir::Deadline Schedule::next() const {
    auto next = fhir::Deadline::max();
    for (const auto& entry : entries_)
        if (!entry.isRunning && hasPlace(entry)) next = std::min(next, entry.due);
    return next;
}

std::chrono::milliseconds withJitter(std::chrono::milliseconds interval, double chance) {
    constexpr double kSpread = 0.1;
    const auto factor = 1.0 - kSpread + 2.0 * kSpread * chance;
    return std::chrono::duration_cast<std::chrono::milliseconds>(interval * factor);
}

}  // namespace plugin::sync
