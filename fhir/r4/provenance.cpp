#include "fhir/r4/provenance.h"

namespace fhir {

Provenance::Agent Provenance::Agent::fromJson(const json::Value& json) {
    return {.type = findConcept(json, "type"),
            .role = readArray<CodeableConcept>(json, "role"),
            .who = Reference::fromJson(json.at("who")),
            .onBehalfOf = findReference(json, "onBehalfOf")};
}

void Provenance::Agent::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeObject(writer, "type", type);
    writeArray(writer, "role", role);
    writeRequired(writer, "who", who);
    writeObject(writer, "onBehalfOf", onBehalfOf);
    writer.endObject();
}

Provenance::Entity Provenance::Entity::fromJson(const json::Value& json) {
    return {.role = json.at("role").string(), .what = Reference::fromJson(json.at("what"))};
}

void Provenance::Entity::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeRequired(writer, "role", role);
    writeRequired(writer, "what", what);
    writer.endObject();
}

Provenance Provenance::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    auto occurred = findDateTime(json, "occurredDateTime");
    if (const auto period = findPeriod(json, "occurredPeriod"); period && !occurred)
        occurred = period->start;
    return {.id = std::move(header.id),
            .meta = std::move(header.meta),
            .target = readArray<Reference>(json, "target"),
            .occurredDateTime = std::move(occurred),
            .recorded = findDateTime(json, "recorded"),
            .policy = readStrings(json, "policy"),
            .location = findReference(json, "location"),
            .reason = readArray<CodeableConcept>(json, "reason"),
            .activity = findConcept(json, "activity"),
            .agent = readParts<Agent>(json, "agent"),
            .entity = readParts<Entity>(json, "entity")};
}

void Provenance::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writeRequiredArray(writer, "target", target);
    writeDateTime(writer, "occurredDateTime", occurredDateTime);
    writeRequired(writer, "recorded", recorded ? recorded->text() : std::string());
    writeStrings(writer, "policy", policy);
    writeObject(writer, "location", location);
    writeArray(writer, "reason", reason);
    writeObject(writer, "activity", activity);
    writeRequiredArray(writer, "agent", agent);
    writeArray(writer, "entity", entity);
    writer.endObject();
}

}  // namespace fhir
