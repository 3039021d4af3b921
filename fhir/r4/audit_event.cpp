#include "fhir/r4/audit_event.h"

namespace fhir {

AuditEvent::Network AuditEvent::Network::fromJson(const json::Value& json) {
    refuseModifiers(json);
    return {.address = json.findString("address"), .type = json.findString("type")};
}

void AuditEvent::Network::toJson(json::Writer& writer) const {
    writer.beginObject().member("address", address).member("type", type).endObject();
}

AuditEvent::Agent AuditEvent::Agent::fromJson(const json::Value& json) {
    return {.type = findConcept(json, "type"),
            .role = readArray<CodeableConcept>(json, "role"),
            .who = findReference(json, "who"),
            .altId = json.findString("altId"),
            .name = json.findString("name"),
            .requestor = json.at("requestor").boolean(),
            .location = findReference(json, "location"),
            .policy = readStrings(json, "policy"),
            .network = readObject<Network>(json, "network"),
            .purposeOfUse = readArray<CodeableConcept>(json, "purposeOfUse")};
}

void AuditEvent::Agent::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeObject(writer, "type", type);
    writeArray(writer, "role", role);
    writeObject(writer, "who", who);
    writer.member("altId", altId).member("name", name).member("requestor", requestor);
    writeObject(writer, "location", location);
    writeStrings(writer, "policy", policy);
    writeObject(writer, "network", network);
    writeArray(writer, "purposeOfUse", purposeOfUse);
    writer.endObject();
}

AuditEvent::Source AuditEvent::Source::fromJson(const json::Value& json) {
    refuseModifiers(json);
    return {.site = json.findString("site"),
            .observer = Reference::fromJson(json.at("observer")),
            .type = readArray<Coding>(json, "type")};
}

void AuditEvent::Source::toJson(json::Writer& writer) const {
    writer.beginObject().member("site", site);
    writeRequired(writer, "observer", observer);
    writeArray(writer, "type", type);
    writer.endObject();
}

AuditEvent::Detail AuditEvent::Detail::fromJson(const json::Value& json) {
    auto value = TypedValue::find(json, "value");
    if (!value) json.refuse("holds no value that is known");
    return {.type = json.at("type").string(), .value = *std::move(value)};
}

void AuditEvent::Detail::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeRequired(writer, "type", type);
    value.write(writer, "value");
    writer.endObject();
}

AuditEvent::Entity AuditEvent::Entity::fromJson(const json::Value& json) {
    return {.what = findReference(json, "what"),
            .type = findCoding(json, "type"),
            .role = findCoding(json, "role"),
            .lifecycle = findCoding(json, "lifecycle"),
            .securityLabel = readArray<Coding>(json, "securityLabel"),
            .name = json.findString("name"),
            .description = json.findString("description"),
            .query = json.findString("query"),
            .detail = readParts<Detail>(json, "detail")};
}

void AuditEvent::Entity::toJson(json::Writer& writer) const {
    if (name && query)
        throw Error(ErrorKind::InvalidInput, "stands beside a name; an entity has one of them",
                    "/query");
    writer.beginObject();
    writeObject(writer, "what", what);
    writeObject(writer, "type", type);
    writeObject(writer, "role", role);
    writeObject(writer, "lifecycle", lifecycle);
    writeArray(writer, "securityLabel", securityLabel);
    writer.member("name", name).member("description", description).member("query", query);
    writeArray(writer, "detail", detail);
    writer.endObject();
}

AuditEvent AuditEvent::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .meta = std::move(header.meta),
            .type = Coding::fromJson(json.at("type")),
            .subtype = readArray<Coding>(json, "subtype"),
            .action = json.findString("action"),
            .period = findPeriod(json, "period"),
            .recorded = findDateTime(json, "recorded"),
            .outcome = json.findString("outcome"),
            .outcomeDesc = json.findString("outcomeDesc"),
            .purposeOfEvent = readArray<CodeableConcept>(json, "purposeOfEvent"),
            .agent = readParts<Agent>(json, "agent"),
            .source = Source::fromJson(json.at("source")),
            .entity = readParts<Entity>(json, "entity")};
}

void AuditEvent::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writeRequired(writer, "type", type);
    writeArray(writer, "subtype", subtype);
    writer.member("action", action);
    writeObject(writer, "period", period);
    writeRequired(writer, "recorded", recorded ? recorded->text() : std::string());
    writer.member("outcome", outcome).member("outcomeDesc", outcomeDesc);
    writeArray(writer, "purposeOfEvent", purposeOfEvent);
    writeRequiredArray(writer, "agent", agent);
    writeRequired(writer, "source", source);
    writeArray(writer, "entity", entity);
    writer.endObject();
}

}  // namespace fhir
