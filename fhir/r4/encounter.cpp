#include "fhir/r4/encounter.h"

namespace fhir {

Encounter Encounter::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    Encounter encounter{.id = std::move(header.id),
                        .meta = std::move(header.meta),
                        .identifier = readArray<Identifier>(json, "identifier"),
                        .status = json.at("status").string(),
                        .encounterClass = std::nullopt,
                        .type = readArray<CodeableConcept>(json, "type"),
                        .subject = findReference(json, "subject"),
                        .period = findPeriod(json, "period"),
                        .location = {}};
    if (const auto coding = json.find("class"))
        encounter.encounterClass = Coding::fromJson(*coding);
    for (const auto place : json.findArray("location")) {
        refuseModifiers(place);
        encounter.location.push_back({Reference::fromJson(place.at("location")),
                                      place.findString("status"), findPeriod(place, "period")});
    }
    return encounter;
}

const Encounter::Location* Encounter::currentLocation() const noexcept {
    const Location* current = nullptr;
    for (const auto& place : location) {
        if (place.status == "active") return &place;
        const bool over = place.status == "completed" || place.status == "planned" ||
                          place.status == "reserved" || (place.period && place.period->end);
        if (!over) current = &place;
    }
    return current;
}

}  // namespace fhir
