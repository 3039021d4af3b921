#include "fhir/r4/audit_event.h"

namespace fhir {

AuditEvent::Network AuditEvent::Network::fromJson(const json::Value& json, json::Wanted& wanted) {
    refuseModifiers(json);
    return {.address = wanted.string(json, "address"), .type = wanted.string(json, "type")};
}

void AuditEvent::Network::toJson(json::Writer& writer) const {
    writer.beginObject().member("address", address).member("type", type).endObject();
}

AuditEvent::Agent AuditEvent::Agent::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.type = wanted.find<CodeableConcept>(json, "type"),
            .role = wanted.all<CodeableConcept>(json, "role"),
            .who = wanted.find<Reference>(json, "who"),
            .altId = wanted.string(json, "altId"),
            .name = wanted.string(json, "name"),
            .requestor = json.at("requestor").boolean(),
            .location = wanted.find<Reference>(json, "location"),
            .policy = wanted.strings(json, "policy"),
            .network = wanted.find<Network>(json, "network"),
            .purposeOfUse = wanted.all<CodeableConcept>(json, "purposeOfUse")};
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

AuditEvent::Source AuditEvent::Source::fromJson(const json::Value& json, json::Wanted& wanted) {
    refuseModifiers(json);
    return {.site = wanted.string(json, "site"),
            .observer = Reference::fromJson(json.at("observer"), wanted),
            .type = wanted.all<Coding>(json, "type")};
}

void AuditEvent::Source::toJson(json::Writer& writer) const {
    writer.beginObject().member("site", site);
    writeRequired(writer, "observer", observer);
    writeArray(writer, "type", type);
    writer.endObject();
}

AuditEvent::Detail AuditEvent::Detail::fromJson(const json::Value& json, json::Wanted& wanted) {
    auto value = TypedValue::find(json, "value", wanted);
    if (!value) json.refuse("holds no value that is known");
    return {.type = json.at("type").string(), .value = *std::move(value)};
}

void AuditEvent::Detail::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeRequired(writer, "type", type);
    value.write(writer, "value");
    writer.endObject();
}

AuditEvent::Entity AuditEvent::Entity::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.what = wanted.find<Reference>(json, "what"),
            .type = wanted.find<Coding>(json, "type"),
            .role = wanted.find<Coding>(json, "role"),
            .lifecycle = wanted.find<Coding>(json, "lifecycle"),
            .securityLabel = wanted.all<Coding>(json, "securityLabel"),
            .name = wanted.string(json, "name"),
            .description = wanted.string(json, "description"),
            .query = wanted.string(json, "query"),
            .detail = readParts<Detail>(json, "detail", wanted)};
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

AuditEvent AuditEvent::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.id = readHeader(json, resourceType),
            .meta = readMeta(json, wanted),
            .type = Coding::fromJson(json.at("type"), wanted),
            .subtype = wanted.all<Coding>(json, "subtype"),
            .action = wanted.string(json, "action"),
            .period = wanted.find<Period>(json, "period"),
            .recorded = wanted.find<DateTime>(json, "recorded"),
            .outcome = wanted.string(json, "outcome"),
            .outcomeDesc = wanted.string(json, "outcomeDesc"),
            .purposeOfEvent = wanted.all<CodeableConcept>(json, "purposeOfEvent"),
            .agent = readParts<Agent>(json, "agent", wanted),
            .source = Source::fromJson(json.at("source"), wanted),
            .entity = readParts<Entity>(json, "entity", wanted)};
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
