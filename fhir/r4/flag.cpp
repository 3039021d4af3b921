#include "fhir/r4/flag.h"

namespace fhir {

Flag Flag::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .meta = std::move(header.meta),
            .identifier = readArray<Identifier>(json, "identifier"),
            .status = json.at("status").string(),
            .category = readArray<CodeableConcept>(json, "category"),
            .code = CodeableConcept::fromJson(json.at("code")),
            .subject = Reference::fromJson(json.at("subject")),
            .period = findPeriod(json, "period"),
            .author = findReference(json, "author")};
}

void Flag::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writeArray(writer, "identifier", identifier);
    writer.member("status", status);
    writeArray(writer, "category", category);
    writer.key("code");
    code.toJson(writer);
    writer.key("subject");
    subject.toJson(writer);
    writeObject(writer, "period", period);
    writeObject(writer, "author", author);
    writer.endObject();
}

}  // namespace fhir
