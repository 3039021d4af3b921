#include "adapters/worklist/current_stay.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace adapters {

using fhir::Encounter;

bool isCurrent(const Encounter& encounter, const Profile& profile, fhir::Instant now, Among among) {
    const auto& statuses = profile.currentStatuses;
    const bool isExpected = among == Among::Expected && encounter.status == "planned";
    if (!isExpected &&
        std::find(statuses.begin(), statuses.end(), encounter.status) == statuses.end())
        return false;
    return !encounter.period || !encounter.period->end || encounter.period->end->latest() >= now;
}

bool isBetterStay(const Encounter& left, const Encounter& right) {
    const auto isVisit = [](const Encounter& one) {
        static constexpr std::array<std::string_view, 4> kVisits{"AMB", "HH", "VR", "FLD"};
        const auto code = one.encounterClass ? one.encounterClass->code.value_or("") : "";
        return std::find(kVisits.begin(), kVisits.end(), code) != kVisits.end();
    };
    if (isVisit(left) != isVisit(right)) return isVisit(right);
    const auto start = [](const Encounter& one) {
        return one.period && one.period->start ? one.period->start->earliest()
                                               : fhir::Instant::min();
    };
    if (start(left) != start(right)) return start(left) > start(right);
    return left.id < right.id;
}

std::vector<Encounter> levelsOf(std::vector<Encounter> encounters,
                                const fhir::ServerAddress& server) {
    const auto isPartOf = [&](const Encounter& part, const Encounter& whole) {
        return part.id != whole.id && server.findId(part.partOf, "Encounter") == whole.id;
    };
    std::sort(encounters.begin(), encounters.end(), isBetterStay);
    auto top = std::find_if(encounters.begin(), encounters.end(), [&](const Encounter& one) {
        return std::none_of(encounters.begin(), encounters.end(),
                            [&](const Encounter& other) { return isPartOf(one, other); });
    });
    // Each is part of another: a circle, of which any may be the outermost.
    if (top == encounters.end()) top = encounters.begin();
    std::vector<Encounter> levels;
    if (top != encounters.end()) {
        levels.push_back(std::move(*top));
        encounters.erase(top);
    }
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const auto parts =
            std::stable_partition(encounters.begin(), encounters.end(),
                                  [&](const Encounter& one) { return !isPartOf(one, levels[i]); });
        // The best last: the place is looked for from the end.
        levels.insert(levels.end(),
                      std::make_move_iterator(std::make_reverse_iterator(encounters.end())),
                      std::make_move_iterator(std::make_reverse_iterator(parts)));
        encounters.erase(parts, encounters.end());
    }
    return levels;
}

const Encounter::Location* placeIn(const std::vector<Encounter>& levels, fhir::Instant now) {
    for (auto level = levels.rbegin(); level != levels.rend(); ++level)
        for (const auto* place : level->placesAt(now))
            if (place->location.reference || place->location.display) return place;
    return nullptr;
}

}  // namespace adapters
