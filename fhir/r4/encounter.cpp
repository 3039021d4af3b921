#include "fhir/r4/encounter.h"

namespace fhir {

namespace {

/// Some servers put the Location inside the encounter and give no display.
Encounter::Location readLocation(const json::Value& json, const json::Value& encounter) {
    refuseModifiers(json);
    Encounter::Location place{.location = Reference::fromJson(json.at("location")),
                              .status = json.findString("status"),
                              .period = findPeriod(json, "period"),
                              .physicalType = findConcept(json, "physicalType")};
    if (place.location.display || !place.location.reference) return place;
    if (const auto contained = findContained(encounter, *place.location.reference))
        place.location.display = contained->findString("name");
    return place;
}

}  // namespace

Encounter::Participant Encounter::Participant::fromJson(const json::Value& json) {
    return {.type = readArray<CodeableConcept>(json, "type"),
            .period = findPeriod(json, "period"),
            .individual = findReference(json, "individual")};
}

Encounter::StatusHistory Encounter::StatusHistory::fromJson(const json::Value& json) {
    return {.status = json.at("status").string(), .period = Period::fromJson(json.at("period"))};
}

Encounter::ClassHistory Encounter::ClassHistory::fromJson(const json::Value& json) {
    return {.encounterClass = Coding::fromJson(json.at("class")),
            .period = Period::fromJson(json.at("period"))};
}

Encounter::Hospitalization Encounter::Hospitalization::fromJson(const json::Value& json) {
    refuseModifiers(json);
    return {.admitSource = findConcept(json, "admitSource"),
            .dischargeDisposition = findConcept(json, "dischargeDisposition"),
            .origin = findReference(json, "origin"),
            .destination = findReference(json, "destination")};
}

Encounter Encounter::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    Encounter encounter{.id = std::move(header.id),
                        .meta = std::move(header.meta),
                        .identifier = readArray<Identifier>(json, "identifier"),
                        .status = readCode(json, "status"),
                        .statusHistory = readParts<StatusHistory>(json, "statusHistory"),
                        .encounterClass = findCoding(json, "class"),
                        .classHistory = readParts<ClassHistory>(json, "classHistory"),
                        .type = readArray<CodeableConcept>(json, "type"),
                        .serviceType = findConcept(json, "serviceType"),
                        .subject = findReference(json, "subject"),
                        .participant = readParts<Participant>(json, "participant"),
                        .appointment = readArray<Reference>(json, "appointment"),
                        .period = findPeriod(json, "period"),
                        .reasonCode = readArray<CodeableConcept>(json, "reasonCode"),
                        .hospitalization = readObject<Hospitalization>(json, "hospitalization"),
                        .location = {},
                        .serviceProvider = findReference(json, "serviceProvider"),
                        .partOf = findReference(json, "partOf")};
    for (const auto place : json.findArray("location"))
        encounter.location.push_back(readLocation(place, json));
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
