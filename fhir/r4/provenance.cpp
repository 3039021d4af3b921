#include "fhir/r4/provenance.h"

namespace fhir {

Provenance::Agent Provenance::Agent::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.type = wanted.find<CodeableConcept>(json, "type"),
            .role = wanted.all<CodeableConcept>(json, "role"),
            .who = Reference::fromJson(json.at("who"), wanted),
            .onBehalfOf = wanted.find<Reference>(json, "onBehalfOf")};
}

void Provenance::Agent::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeObject(writer, "type", type);
    writeArray(writer, "role", role);
    writeRequired(writer, "who", who);
    writeObject(writer, "onBehalfOf", onBehalfOf);
    writer.endObject();
}

Provenance::Entity Provenance::Entity::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.role = json.at("role").string(), .what = Reference::fromJson(json.at("what"), wanted)};
}

void Provenance::Entity::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeRequired(writer, "role", role);
    writeRequired(writer, "what", what);
    writer.endObject();
}

Provenance Provenance::fromJson(const json::Value& json, json::Wanted& wanted) {
    auto occurred = wanted.find<DateTime>(json, "occurredDateTime");
    if (const auto period = wanted.find<Period>(json, "occurredPeriod"); period && !occurred)
        occurred = period->start;
    return {.id = readHeader(json, resourceType),
            .meta = readMeta(json, wanted),
            .target = wanted.all<Reference>(json, "target"),
            .occurredDateTime = std::move(occurred),
            .recorded = wanted.find<DateTime>(json, "recorded"),
            .policy = wanted.strings(json, "policy"),
            .location = wanted.find<Reference>(json, "location"),
            .reason = wanted.all<CodeableConcept>(json, "reason"),
            .activity = wanted.find<CodeableConcept>(json, "activity"),
            .agent = readParts<Agent>(json, "agent", wanted),
            .entity = readParts<Entity>(json, "entity", wanted)};
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
