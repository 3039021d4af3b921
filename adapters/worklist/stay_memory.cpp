#include "adapters/worklist/stay_memory.h"

#include <algorithm>

namespace adapters {

std::optional<fhir::Instant> StayMemory::since(const std::vector<std::string>& patients,
                                               fhir::Instant now,
                                               std::chrono::seconds wholeEvery) const {
    const std::lock_guard lock(mutex_);
    auto first = fhir::Instant::max();
    for (const auto& id : patients) {
        const auto known = known_.find(id);
        // A clock that was set back says nothing about what was read when.
        const bool isUsable = known != known_.end() && known->second.readAt <= now &&
                              now - known->second.wholeAt < wholeEvery;
        if (!isUsable) return std::nullopt;
        first = std::min(first, known->second.readAt);
    }
    if (patients.empty()) return std::nullopt;
    return first - kOverlap;
}

StayMemory::Known StayMemory::find(const std::string& patient) const {
    const std::lock_guard lock(mutex_);
    const auto known = known_.find(patient);
    return known == known_.end() ? Known{} : known->second;
}

void StayMemory::keep(const std::string& patient, Known known) {
    const std::lock_guard lock(mutex_);
    if (known_.size() >= kPatientsMax && known_.count(patient) == 0) known_.clear();
    known_[patient] = std::move(known);
}

std::map<std::string, std::string> StayMemory::names(fhir::Instant now) const {
    const std::lock_guard lock(mutex_);
    const bool isYoung = namesAt_ <= now && now - namesAt_ < kWholeEvery;
    return isYoung ? names_ : std::map<std::string, std::string>{};
}

void StayMemory::keepNames(const std::map<std::string, std::string>& names, fhir::Instant now) {
    const std::lock_guard lock(mutex_);
    if (namesAt_ <= now && now - namesAt_ < kWholeEvery) return;
    names_ = names;
    namesAt_ = now;
}

}  // namespace adapters
