#include "fhir/r4/task.h"

namespace fhir {

Task Task::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.id = readHeader(json, resourceType),
            .meta = readMeta(json, wanted),
            .language = wanted.string(json, "language"),
            .identifier = wanted.all<Identifier>(json, "identifier"),
            .status = json.at("status").string(),
            .intent = json.at("intent").string(),
            .code = wanted.find<CodeableConcept>(json, "code"),
            .description = wanted.string(json, "description"),
            .taskFor = findNeeded<Reference>(json, "for", wanted),
            .encounter = wanted.find<Reference>(json, "encounter"),
            .authoredOn = wanted.find<DateTime>(json, "authoredOn"),
            .owner = wanted.find<Reference>(json, "owner"),
            .note = wanted.all<Annotation>(json, "note")};
}

void Task::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writer.member("language", language);
    writeArray(writer, "identifier", identifier);
    writeRequired(writer, "status", status);
    writeRequired(writer, "intent", intent);
    writeObject(writer, "code", code);
    writer.member("description", description);
    writeObject(writer, "for", taskFor);
    writeObject(writer, "encounter", encounter);
    writeDateTime(writer, "authoredOn", authoredOn);
    writeObject(writer, "owner", owner);
    writeArray(writer, "note", note);
    writer.endObject();
}

}  // namespace fhir
