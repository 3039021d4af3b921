#include "fhir/r4/task.h"

namespace fhir {

namespace {

/// Those of a type that we do not know are left out.
std::vector<Task::Parameter> readParameters(const json::Value& json, const json::Name& name) {
    std::vector<Task::Parameter> result;
    for (const auto element : json.findArray(name)) {
        refuseModifiers(element);
        if (TypedValue::find(element, "value"))
            result.push_back(Task::Parameter::fromJson(element));
    }
    return result;
}

}  // namespace

Task::Parameter Task::Parameter::fromJson(const json::Value& json) {
    auto value = TypedValue::find(json, "value");
    if (!value) json.refuse("holds no value that is known");
    return {.type = CodeableConcept::fromJson(json.at("type")), .value = *std::move(value)};
}

void Task::Parameter::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeRequired(writer, "type", type);
    value.write(writer, "value");
    writer.endObject();
}

Task Task::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .meta = std::move(header.meta),
            .language = std::move(header.language),
            .identifier = readArray<Identifier>(json, "identifier"),
            .basedOn = readArray<Reference>(json, "basedOn"),
            .partOf = readArray<Reference>(json, "partOf"),
            .status = json.at("status").string(),
            .statusReason = findConcept(json, "statusReason"),
            .intent = json.at("intent").string(),
            .priority = json.findString("priority"),
            .code = findConcept(json, "code"),
            .description = json.findString("description"),
            .focus = findReference(json, "focus"),
            .taskFor = findReference(json, "for"),
            .encounter = findReference(json, "encounter"),
            .executionPeriod = findPeriod(json, "executionPeriod"),
            .authoredOn = findDateTime(json, "authoredOn"),
            .lastModified = findDateTime(json, "lastModified"),
            .requester = findReference(json, "requester"),
            .owner = findReference(json, "owner"),
            .reasonCode = findConcept(json, "reasonCode"),
            .note = readArray<Annotation>(json, "note"),
            .input = readParameters(json, "input"),
            .output = readParameters(json, "output")};
}

void Task::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writer.member("language", language);
    writeArray(writer, "identifier", identifier);
    writeArray(writer, "basedOn", basedOn);
    writeArray(writer, "partOf", partOf);
    writeRequired(writer, "status", status);
    writeObject(writer, "statusReason", statusReason);
    writeRequired(writer, "intent", intent);
    writer.member("priority", priority);
    writeObject(writer, "code", code);
    writer.member("description", description);
    writeObject(writer, "focus", focus);
    writeObject(writer, "for", taskFor);
    writeObject(writer, "encounter", encounter);
    writeObject(writer, "executionPeriod", executionPeriod);
    writeDateTime(writer, "authoredOn", authoredOn);
    writeDateTime(writer, "lastModified", lastModified);
    writeObject(writer, "requester", requester);
    writeObject(writer, "owner", owner);
    writeObject(writer, "reasonCode", reasonCode);
    writeArray(writer, "note", note);
    writeArray(writer, "input", input);
    writeArray(writer, "output", output);
    writer.endObject();
}

}  // namespace fhir
