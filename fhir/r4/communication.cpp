#include "fhir/r4/communication.h"

namespace fhir {

Communication::Payload Communication::Payload::fromJson(const json::Value& json) {
    if (auto content = TypedValue::find(json, "content")) return {*std::move(content)};
    return {TypedValue::ofString(json.at("contentString").text())};  // throws: it is not there
}

void Communication::Payload::toJson(json::Writer& writer) const {
    writer.beginObject();
    content.write(writer, "content");
    writer.endObject();
}

Communication Communication::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .meta = std::move(header.meta),
            .language = std::move(header.language),
            .identifier = readArray<Identifier>(json, "identifier"),
            .basedOn = readArray<Reference>(json, "basedOn"),
            .partOf = readArray<Reference>(json, "partOf"),
            .inResponseTo = readArray<Reference>(json, "inResponseTo"),
            .status = readCode(json, "status"),
            .category = readArray<CodeableConcept>(json, "category"),
            .priority = json.findString("priority"),
            .medium = readArray<CodeableConcept>(json, "medium"),
            .subject = findReference(json, "subject"),
            .topic = findConcept(json, "topic"),
            .about = readArray<Reference>(json, "about"),
            .encounter = findReference(json, "encounter"),
            .sent = findDateTime(json, "sent"),
            .received = findDateTime(json, "received"),
            .recipient = readArray<Reference>(json, "recipient"),
            .sender = findReference(json, "sender"),
            .reasonCode = readArray<CodeableConcept>(json, "reasonCode"),
            .payload = readParts<Payload>(json, "payload"),
            .note = readArray<Annotation>(json, "note")};
}

void Communication::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writer.member("language", language);
    writeArray(writer, "identifier", identifier);
    writeArray(writer, "basedOn", basedOn);
    writeArray(writer, "partOf", partOf);
    writeArray(writer, "inResponseTo", inResponseTo);
    writeRequired(writer, "status", status);
    writeArray(writer, "category", category);
    writer.member("priority", priority);
    writeArray(writer, "medium", medium);
    writeObject(writer, "subject", subject);
    writeObject(writer, "topic", topic);
    writeArray(writer, "about", about);
    writeObject(writer, "encounter", encounter);
    writeDateTime(writer, "sent", sent);
    writeDateTime(writer, "received", received);
    writeArray(writer, "recipient", recipient);
    writeObject(writer, "sender", sender);
    writeArray(writer, "reasonCode", reasonCode);
    writeArray(writer, "payload", payload);
    writeArray(writer, "note", note);
    writer.endObject();
}

}  // namespace fhir
