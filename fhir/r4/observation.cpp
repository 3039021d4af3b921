#include "fhir/r4/observation.h"

#include <algorithm>

namespace fhir {

namespace {

/// The language of the words: http://hl7.org/fhir/StructureDefinition/language on the value
/// itself, which is nearer to them than the language of the whole resource.
std::optional<std::string> languageOfValue(const json::Value& json) {
    const auto sibling = json.find("_valueString");
    if (!sibling) return std::nullopt;
    for (const auto extension : sibling->findArray("extension"))
        if (extension.findString("url") == "http://hl7.org/fhir/StructureDefinition/language")
            return extension.findString("valueCode");
    return std::nullopt;
}

std::optional<DateTime> effective(const json::Value& json) {
    if (auto moment = findDateTime(json, "effectiveDateTime")) return moment;
    if (auto moment = findDateTime(json, "effectiveInstant")) return moment;
    if (const auto period = findPeriod(json, "effectivePeriod")) return period->start;
    return std::nullopt;
}

}  // namespace

Observation::Component Observation::Component::fromJson(const json::Value& json) {
    return {.code = CodeableConcept::fromJson(json.at("code")),
            .valueString = json.findString("valueString"),
            .valueQuantity = readObject<Quantity>(json, "valueQuantity"),
            .valueCodeableConcept = findConcept(json, "valueCodeableConcept"),
            .dataAbsentReason = findConcept(json, "dataAbsentReason")};
}

void Observation::Component::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeRequired(writer, "code", code);
    writer.member("valueString", valueString);
    writeObject(writer, "valueQuantity", valueQuantity);
    writeObject(writer, "valueCodeableConcept", valueCodeableConcept);
    writeObject(writer, "dataAbsentReason", dataAbsentReason);
    writer.endObject();
}

bool Observation::hasCategory(std::string_view system,
                              std::string_view categoryCode) const noexcept {
    return std::any_of(category.begin(), category.end(),
                       [&](const auto& one) { return one.has(system, categoryCode); });
}

Observation Observation::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    auto valueLanguage = languageOfValue(json);
    return {.id = std::move(header.id),
            .meta = std::move(header.meta),
            .language = valueLanguage ? std::move(valueLanguage) : std::move(header.language),
            .identifier = readArray<Identifier>(json, "identifier"),
            .basedOn = readArray<Reference>(json, "basedOn"),
            .partOf = readArray<Reference>(json, "partOf"),
            .status = readCode(json, "status"),
            .category = readArray<CodeableConcept>(json, "category"),
            .code = CodeableConcept::fromJson(json.at("code")),
            .subject = findReference(json, "subject"),
            .encounter = findReference(json, "encounter"),
            .effectiveDateTime = effective(json),
            .issued = findDateTime(json, "issued"),
            .performer = readArray<Reference>(json, "performer"),
            .valueString = json.findString("valueString"),
            .valueCodeableConcept = findConcept(json, "valueCodeableConcept"),
            .valueQuantity = readObject<Quantity>(json, "valueQuantity"),
            .valueBoolean = json.findBoolean("valueBoolean"),
            .valueInteger = json.findInteger("valueInteger"),
            .valueDateTime = findDateTime(json, "valueDateTime"),
            .dataAbsentReason = findConcept(json, "dataAbsentReason"),
            .interpretation = readArray<CodeableConcept>(json, "interpretation"),
            .note = readArray<Annotation>(json, "note"),
            .method = findConcept(json, "method"),
            .hasMember = readArray<Reference>(json, "hasMember"),
            .derivedFrom = readArray<Reference>(json, "derivedFrom"),
            .component = readParts<Component>(json, "component")};
}

void Observation::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writer.member("language", language);
    writeArray(writer, "identifier", identifier);
    writeArray(writer, "basedOn", basedOn);
    writeArray(writer, "partOf", partOf);
    writeRequired(writer, "status", status);
    writeArray(writer, "category", category);
    writeRequired(writer, "code", code);
    writeObject(writer, "subject", subject);
    writeObject(writer, "encounter", encounter);
    writeDateTime(writer, "effectiveDateTime", effectiveDateTime);
    writeDateTime(writer, "issued", issued);
    writeArray(writer, "performer", performer);
    writer.member("valueString", valueString);
    writeObject(writer, "valueCodeableConcept", valueCodeableConcept);
    writeObject(writer, "valueQuantity", valueQuantity);
    writeBoolean(writer, "valueBoolean", valueBoolean);
    if (valueInteger) writer.member("valueInteger", *valueInteger);
    writeDateTime(writer, "valueDateTime", valueDateTime);
    writeObject(writer, "dataAbsentReason", dataAbsentReason);
    writeArray(writer, "interpretation", interpretation);
    writeArray(writer, "note", note);
    writeObject(writer, "method", method);
    writeArray(writer, "hasMember", hasMember);
    writeArray(writer, "derivedFrom", derivedFrom);
    writeArray(writer, "component", component);
    writer.endObject();
}

}  // namespace fhir
