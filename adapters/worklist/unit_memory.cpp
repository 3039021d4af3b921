#include "adapters/worklist/unit_memory.h"

#include <algorithm>

namespace adapters {

fhir::Instant UnitMemory::Known::since() const {
    return std::min(readAt, newest.value_or(readAt)) - kOverlap;
}

std::optional<UnitMemory::Known> UnitMemory::find(const std::string& unit, fhir::Instant now,
                                                  std::chrono::seconds wholeEvery) const {
    const std::lock_guard lock(mutex_);
    const auto known = known_.find(unit);
    // A clock that was set back says nothing about what was read when.
    const bool isUsable = known != known_.end() && known->second.readAt <= now &&
                          now - known->second.wholeAt < wholeEvery;
    return isUsable ? std::optional(known->second) : std::nullopt;
}

void UnitMemory::keep(const std::string& unit, Known known) {
    const std::lock_guard lock(mutex_);
    if (known_.size() >= kUnitsMax && known_.count(unit) == 0) known_.clear();
    known_[unit] = std::move(known);
}

}  // namespace adapters
