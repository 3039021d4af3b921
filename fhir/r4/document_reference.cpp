#include "fhir/r4/document_reference.h"

namespace fhir {

DocumentReference::RelatesTo DocumentReference::RelatesTo::fromJson(const json::Value& json,
                                                                    json::Wanted& wanted) {
    return {.code = json.at("code").string(),
            .target = Reference::fromJson(json.at("target"), wanted)};
}

void DocumentReference::RelatesTo::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeRequired(writer, "code", code);
    writeRequired(writer, "target", target);
    writer.endObject();
}

DocumentReference::Content DocumentReference::Content::fromJson(const json::Value& json,
                                                                json::Wanted& wanted) {
    return {.attachment = Attachment::fromJson(json.at("attachment"), wanted)};
}

void DocumentReference::Content::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeRequired(writer, "attachment", attachment);
    writer.endObject();
}

DocumentReference::Context DocumentReference::Context::fromJson(const json::Value& json,
                                                                json::Wanted& wanted) {
    refuseModifiers(json);
    return {.encounter = wanted.all<Reference>(json, "encounter"),
            .period = wanted.find<Period>(json, "period")};
}

void DocumentReference::Context::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeArray(writer, "encounter", encounter);
    writeObject(writer, "period", period);
    writer.endObject();
}

DocumentReference DocumentReference::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.id = readHeader(json, resourceType),
            .meta = readMeta(json, wanted),
            .language = wanted.string(json, "language"),
            .identifier = wanted.all<Identifier>(json, "identifier"),
            .status = json.at("status").string(),
            .docStatus = wanted.string(json, "docStatus"),
            .type = wanted.find<CodeableConcept>(json, "type"),
            .category = wanted.all<CodeableConcept>(json, "category"),
            .subject = findNeeded<Reference>(json, "subject", wanted),
            .date = wanted.find<DateTime>(json, "date"),
            .author = wanted.all<Reference>(json, "author"),
            .relatesTo = readParts<RelatesTo>(json, "relatesTo", wanted),
            .description = wanted.string(json, "description"),
            .securityLabel = wanted.all<CodeableConcept>(json, "securityLabel"),
            .content = readParts<Content>(json, "content", wanted),
            .context = wanted.find<Context>(json, "context")};
}

void DocumentReference::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writer.member("language", language);
    writeArray(writer, "identifier", identifier);
    writeRequired(writer, "status", status);
    writer.member("docStatus", docStatus);
    writeObject(writer, "type", type);
    writeArray(writer, "category", category);
    writeObject(writer, "subject", subject);
    writeDateTime(writer, "date", date);
    writeArray(writer, "author", author);
    writeArray(writer, "relatesTo", relatesTo);
    writer.member("description", description);
    writeArray(writer, "securityLabel", securityLabel);
    writeRequiredArray(writer, "content", content);
    writeObject(writer, "context", context);
    writer.endObject();
}

}  // namespace fhir
