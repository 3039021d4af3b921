#include "fhir/r4/communication.h"

namespace fhir {

Communication::Payload Communication::Payload::fromJson(const json::Value& json,
                                                        json::Wanted& wanted) {
    if (auto content = TypedValue::find(json, "content", wanted)) return {*std::move(content)};
    return {TypedValue::ofString(json.at("contentString").text())};  // throws: it is not there
}

void Communication::Payload::toJson(json::Writer& writer) const {
    writer.beginObject();
    content.write(writer, "content");
    writer.endObject();
}

Communication Communication::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.id = readHeader(json, resourceType),
            .meta = readMeta(json, wanted),
            .language = wanted.string(json, "language"),
            .identifier = wanted.all<Identifier>(json, "identifier"),
            .status = readCode(json, "status"),
            .subject = findNeeded<Reference>(json, "subject", wanted),
            .topic = wanted.find<CodeableConcept>(json, "topic"),
            .encounter = wanted.find<Reference>(json, "encounter"),
            .sent = wanted.find<DateTime>(json, "sent"),
            .recipient = wanted.all<Reference>(json, "recipient"),
            .sender = wanted.find<Reference>(json, "sender"),
            .payload = readParts<Payload>(json, "payload", wanted)};
}

void Communication::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writer.member("language", language);
    writeArray(writer, "identifier", identifier);
    writeRequired(writer, "status", status);
    writeObject(writer, "subject", subject);
    writeObject(writer, "topic", topic);
    writeObject(writer, "encounter", encounter);
    writeDateTime(writer, "sent", sent);
    writeArray(writer, "recipient", recipient);
    writeObject(writer, "sender", sender);
    writeArray(writer, "payload", payload);
    writer.endObject();
}

}  // namespace fhir
