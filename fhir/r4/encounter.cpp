#include "fhir/r4/encounter.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace fhir {

namespace {

/// When the patient is at a place. Only of one that is said to be active its beginning is no more
/// than a remark.
std::optional<Period> readTime(const json::Value& json, bool isActive, json::Wanted& wanted) {
    const auto period = json.find("period");
    if (!period) return std::nullopt;
    return Period{isActive ? wanted.find<DateTime>(*period, "start")
                           : findNeeded<DateTime>(*period, "start", wanted),
                  findNeeded<DateTime>(*period, "end", wanted)};
}

/// Some servers put the Location inside the encounter and give no display.
Encounter::Location readLocation(const json::Value& json, const json::Value& encounter,
                                 json::Wanted& wanted) {
    refuseModifiers(json);
    auto status = json.findString("status");
    Encounter::Location place{.location = Reference::fromJson(json.at("location"), wanted),
                              .status = status,
                              .period = readTime(json, status == "active", wanted),
                              .physicalType = wanted.find<CodeableConcept>(json, "physicalType")};
    if (place.location.display || !place.location.reference) return place;
    if (const auto contained = findContained(encounter, *place.location.reference, wanted))
        place.location.display = wanted.string(*contained, "name");
    return place;
}

/// How far out a place is: beds first, then rooms, what does not say, and what rooms are part of.
/// http://terminology.hl7.org/CodeSystem/location-physical-type
int levelOf(const Encounter::Location& place) {
    static constexpr std::array<std::string_view, 8> kInsideOut{"bd",  "ro", "",   "wa",
                                                                "lvl", "wi", "bu", "si"};
    if (place.physicalType)
        for (const auto& one : place.physicalType->coding) {
            const auto at = std::find(kInsideOut.begin(), kInsideOut.end(), one.code.value_or(""));
            if (at != kInsideOut.end()) return static_cast<int>(at - kInsideOut.begin());
        }
    return 2;
}

}  // namespace

Encounter Encounter::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.id = readHeader(json, resourceType),
            .meta = readMeta(json, wanted),
            .status = readCode(json, "status"),
            .encounterClass = wanted.find<Coding>(json, "class"),
            .subject = findNeeded<Reference>(json, "subject", wanted),
            .period = wanted.find<Period>(json, "period"),
            .location = wanted.list(
                json, "location",
                [&](const json::Value& place) { return readLocation(place, json, wanted); }),
            .partOf = wanted.find<Reference>(json, "partOf")};
}

std::vector<const Encounter::Location*> Encounter::placesAt(Instant now) const {
    std::vector<const Location*> places;
    for (const auto& place : location) {
        const bool isActive = place.status.value_or("active") == "active";
        const bool isNow = !place.period || place.period->covers(now);
        if (isActive && isNow) places.push_back(&place);
    }
    const auto order = [](const Location* place) {
        const bool hasStart = place->period && place->period->start;
        return std::tuple(-levelOf(*place), place->status.has_value(),
                          hasStart ? place->period->start->earliest() : Instant::min(), place);
    };
    std::sort(places.begin(), places.end(), [&](const Location* left, const Location* right) {
        return order(left) > order(right);
    });
    return places;
}

}  // namespace fhir
