#include "fhir/r4/document_reference.h"

namespace fhir {

DocumentReference::RelatesTo DocumentReference::RelatesTo::fromJson(const json::Value& json) {
    return {.code = json.at("code").string(), .target = Reference::fromJson(json.at("target"))};
}

void DocumentReference::RelatesTo::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeRequired(writer, "code", code);
    writeRequired(writer, "target", target);
    writer.endObject();
}

DocumentReference::Content DocumentReference::Content::fromJson(const json::Value& json) {
    return {.attachment = Attachment::fromJson(json.at("attachment")),
            .format = findCoding(json, "format")};
}

void DocumentReference::Content::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeRequired(writer, "attachment", attachment);
    writeObject(writer, "format", format);
    writer.endObject();
}

DocumentReference::Context DocumentReference::Context::fromJson(const json::Value& json) {
    refuseModifiers(json);
    return {.encounter = readArray<Reference>(json, "encounter"),
            .event = readArray<CodeableConcept>(json, "event"),
            .period = findPeriod(json, "period"),
            .facilityType = findConcept(json, "facilityType"),
            .practiceSetting = findConcept(json, "practiceSetting"),
            .related = readArray<Reference>(json, "related")};
}

void DocumentReference::Context::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeArray(writer, "encounter", encounter);
    writeArray(writer, "event", event);
    writeObject(writer, "period", period);
    writeObject(writer, "facilityType", facilityType);
    writeObject(writer, "practiceSetting", practiceSetting);
    writeArray(writer, "related", related);
    writer.endObject();
}

DocumentReference DocumentReference::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .meta = std::move(header.meta),
            .language = std::move(header.language),
            .masterIdentifier = readObject<Identifier>(json, "masterIdentifier"),
            .identifier = readArray<Identifier>(json, "identifier"),
            .status = json.at("status").string(),
            .docStatus = json.findString("docStatus"),
            .type = findConcept(json, "type"),
            .category = readArray<CodeableConcept>(json, "category"),
            .subject = findReference(json, "subject"),
            .date = findDateTime(json, "date"),
            .author = readArray<Reference>(json, "author"),
            .authenticator = findReference(json, "authenticator"),
            .custodian = findReference(json, "custodian"),
            .relatesTo = readParts<RelatesTo>(json, "relatesTo"),
            .description = json.findString("description"),
            .securityLabel = readArray<CodeableConcept>(json, "securityLabel"),
            .content = readParts<Content>(json, "content"),
            .context = readObject<Context>(json, "context")};
}

void DocumentReference::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writer.member("language", language);
    writeObject(writer, "masterIdentifier", masterIdentifier);
    writeArray(writer, "identifier", identifier);
    writeRequired(writer, "status", status);
    writer.member("docStatus", docStatus);
    writeObject(writer, "type", type);
    writeArray(writer, "category", category);
    writeObject(writer, "subject", subject);
    writeDateTime(writer, "date", date);
    writeArray(writer, "author", author);
    writeObject(writer, "authenticator", authenticator);
    writeObject(writer, "custodian", custodian);
    writeArray(writer, "relatesTo", relatesTo);
    writer.member("description", description);
    writeArray(writer, "securityLabel", securityLabel);
    writeRequiredArray(writer, "content", content);
    writeObject(writer, "context", context);
    writer.endObject();
}

}  // namespace fhir
