#include "fhir/r4/observation.h"

#include <algorithm>
#include <array>

namespace fhir {

namespace {

constexpr std::string_view kLanguage = "http://hl7.org/fhir/StructureDefinition/language";

/// The language of the words, which stands on the value itself, nearer to them than the language of
/// the whole resource.
std::optional<std::string> languageOf(const json::Value& json, json::Wanted& wanted) {
    if (const auto sibling = wanted.object(json, "_valueString"))
        if (const auto extension = findExtension(*sibling, kLanguage, wanted))
            return wanted.string(*extension, "valueCode");
    return wanted.string(json, "language");
}

constexpr std::string_view kReplaces =
    "http://hl7.org/fhir/StructureDefinition/observation-replaces";

/// What cannot be read as this extension replaces nothing: then old words are shown beside new
/// ones, and nobody's are lost.
std::vector<Reference> replacedBy(const json::Value& json, json::Wanted& wanted) {
    std::vector<Reference> result;
    for (const auto& extension : wanted.objects(json, "extension"))
        if (wanted.string(extension, "url") == kReplaces)
            if (auto older = wanted.find<Reference>(extension, "valueReference"))
                result.push_back(*std::move(older));
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

/// Whether a resource of this type is, or may be, somebody; "" where the type is not known.
bool maybeSomebody(std::string_view type) noexcept {
    static constexpr std::array<std::string_view, 9> kSomebody{
        "",      "Patient",  "RelatedPerson", "Person", "Practitioner", "PractitionerRole",
        "Group", "CareTeam", "Organization"};
    return std::find(kSomebody.begin(), kSomebody.end(), type) != kSomebody.end();
}

std::optional<DateTime> effective(const json::Value& json, json::Wanted& wanted) {
    if (auto moment = wanted.find<DateTime>(json, "effectiveDateTime")) return moment;
    if (auto moment = wanted.find<DateTime>(json, "effectiveInstant")) return moment;
    const auto period = wanted.object(json, "effectivePeriod");
    return period ? wanted.find<DateTime>(*period, "start") : std::nullopt;
}

/// What a reader without the contained resource must know of it.
void describe(Reference& performer, const json::Value& contained, Instant saidAt,
              json::Wanted& wanted) {
    if (auto type = wanted.string(contained, "resourceType")) performer.type = std::move(type);
    if (performer.display || (performer.type != "RelatedPerson" && performer.type != "Patient"))
        return;
    const auto name = displayName(wanted.all<HumanName>(contained, "name"), saidAt);
    if (!name.empty()) performer.display = name;
}

/// They have the name that they had when they spoke, at `said`.
std::vector<Reference> performersOf(const json::Value& json, const std::optional<DateTime>& said,
                                    json::Wanted& wanted) {
    static const auto kUnread = somebody();
    auto performers = wanted.all(json, "performer", &kUnread);
    for (auto& one : performers)
        if (const auto contained = findContained(json, one.reference.value_or(""), wanted))
            describe(one, *contained, said ? said->latest() : Instant::max(), wanted);
    return performers;
}

}  // namespace

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

Observation Observation::fromJson(const json::Value& json, json::Wanted& wanted) {
    auto said = effective(json, wanted);
    auto performers = performersOf(json, said, wanted);
    return {
        .id = readHeader(json, resourceType),
        .meta = readMeta(json, wanted),
        .language = languageOf(json, wanted),
        .identifier = wanted.all<Identifier>(json, "identifier"),
        .status = readCode(json, "status"),
        .category = wanted.all<CodeableConcept>(json, "category"),
        .code = CodeableConcept::fromJson(json.at("code"), wanted),
        .subject = findNeeded<Reference>(json, "subject", wanted),
        .encounter = wanted.find<Reference>(json, "encounter"),
        .focus = allNeeded<Reference>(json, "focus", wanted),
        .effectiveDateTime = std::move(said),
        .issued = wanted.find<DateTime>(json, "issued"),
        .performer = std::move(performers),
        .valueString = json.findString("valueString"),
        .valueCodeableConcept = findNeeded<CodeableConcept>(json, "valueCodeableConcept", wanted),
        .dataAbsentReason = findNeeded<CodeableConcept>(json, "dataAbsentReason", wanted),
        .note = wanted.all<Annotation>(json, "note"),
        .method = wanted.find<CodeableConcept>(json, "method"),
        .derivedFrom = wanted.all<Reference>(json, "derivedFrom"),
        .replaces = replacedBy(json, wanted)};
}

void Observation::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writer.member("language", language);
    writeReplaces(writer, replaces);
    writeArray(writer, "identifier", identifier);
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
    writeObject(writer, "dataAbsentReason", dataAbsentReason);
    writeArray(writer, "note", note);
    writeObject(writer, "method", method);
    writeArray(writer, "derivedFrom", derivedFrom);
    writer.endObject();
}

}  // namespace fhir
