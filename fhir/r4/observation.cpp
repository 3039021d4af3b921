#include "fhir/r4/observation.h"

#include <algorithm>
#include <array>

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

constexpr std::string_view kReplaces =
    "http://hl7.org/fhir/StructureDefinition/observation-replaces";

/// What cannot be read as this extension replaces nothing: then old words are shown beside new
/// ones, and nobody's are lost.
std::vector<Reference> replacedBy(const json::Value& json) {
    std::vector<Reference> result;
    try {
        for (const auto extension : json.findArray("extension"))
            if (extension.findString("url") == kReplaces)
                if (auto older = findReference(extension, "valueReference"))
                    result.push_back(*std::move(older));
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
    }
    return result;
}

void writeReplaces(json::Writer& writer, const std::vector<Reference>& replaces) {
    if (replaces.empty()) return;
    writer.key("extension").beginArray();
    for (const auto& one : replaces) {
        writer.beginObject().member("url", kReplaces);
        writeRequired(writer, "valueReference", one);
        writer.endObject();
    }
    writer.endArray();
}

/// What a reader without the contained resource must know of it.
void describe(Reference& performer, const json::Value& contained) {
    if (auto type = contained.findString("resourceType")) performer.type = std::move(type);
    if (performer.display || (performer.type != "RelatedPerson" && performer.type != "Patient"))
        return;
    const auto name = displayName(readArray<HumanName>(contained, "name"));
    if (!name.empty()) performer.display = name;
}

std::vector<Reference> performersOf(const json::Value& json) {
    auto performers = readArray<Reference>(json, "performer");
    for (auto& one : performers)
        if (const auto contained = findContained(json, one.reference.value_or("")))
            describe(one, *contained);
    return performers;
}

/// Whether a resource of this type is, or may be, somebody; "" where the type is not known.
bool maybeSomebody(std::string_view type) noexcept {
    static constexpr std::array<std::string_view, 9> kSomebody{
        "",      "Patient",  "RelatedPerson", "Person", "Practitioner", "PractitionerRole",
        "Group", "CareTeam", "Organization"};
    return std::find(kSomebody.begin(), kSomebody.end(), type) != kSomebody.end();
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

bool Observation::isAboutAnother() const {
    const auto isSubject = [&](const Reference& one) {
        return one.reference && subject && subject->reference == one.reference;
    };
    return std::any_of(focus.begin(), focus.end(),
                       [](const auto& one) { return maybeSomebody(one.resourceType()); }) &&
           std::none_of(focus.begin(), focus.end(), isSubject);
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
            .focus = readArray<Reference>(json, "focus"),
            .effectiveDateTime = effective(json),
            .issued = findDateTime(json, "issued"),
            .performer = performersOf(json),
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
            .component = readParts<Component>(json, "component"),
            .replaces = replacedBy(json)};
}

void Observation::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writer.member("language", language);
    writeReplaces(writer, replaces);
    writeArray(writer, "identifier", identifier);
    writeArray(writer, "basedOn", basedOn);
    writeArray(writer, "partOf", partOf);
    writeRequired(writer, "status", status);
    writeArray(writer, "category", category);
    writeRequired(writer, "code", code);
    writeObject(writer, "subject", subject);
    writeArray(writer, "focus", focus);
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
