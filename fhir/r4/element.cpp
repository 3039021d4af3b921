#include "fhir/r4/element.h"

namespace fhir {

void refuseModifiers(const json::Value& json) {
    if (!json.findArray("modifierExtension").empty())
        json.at("modifierExtension")
            .refuse(
                "holds a modifier that this software does not know, so the resource might "
                "mean the opposite of what it seems to say");
}

std::string readCode(const json::Value& json, const json::Name& name) {
    if (const auto code = json.find(name)) return code->string();
    if (absentReason(json, name)) return "unknown";
    return json.at(name).string();
}

std::optional<json::Value> findExtension(const json::Value& element, std::string_view url,
                                         json::Wanted& wanted) {
    for (const auto& extension : wanted.objects(element, "extension"))
        if (wanted.string(extension, "url") == url) return extension;
    return std::nullopt;
}

std::optional<std::string> absentReason(const json::Value& json, const json::Name& name) {
    const auto sibling = json.find("_" + std::string(name.text()));
    if (!sibling) return std::nullopt;
    const auto extension =
        findExtension(*sibling, "http://hl7.org/fhir/StructureDefinition/data-absent-reason");
    return extension ? extension->findString("valueCode") : std::nullopt;
}

std::optional<json::Value> findContained(const json::Value& resource, std::string_view reference,
                                         json::Wanted& wanted) {
    if (!reference.starts_with('#')) return std::nullopt;
    reference.remove_prefix(1);
    for (const auto& contained : wanted.objects(resource, "contained"))
        if (wanted.string(contained, "id") == reference) return contained;
    return std::nullopt;
}

void writeStrings(json::Writer& writer, std::string_view name,
                  const std::vector<std::string>& values) {
    bool any = false;
    for (const auto& value : values) {
        if (value.empty()) continue;
        if (!any) writer.key(name).beginArray();
        any = true;
        writer.string(value);
    }
    if (any) writer.endArray();
}

void writeBoolean(json::Writer& writer, std::string_view name, const std::optional<bool>& value) {
    if (value) writer.member(name, *value);
}

void refuseMissing(std::string_view name) {
    throw Error(ErrorKind::InvalidInput, "is missing", "/" + std::string(name));
}

void throwWithin(const std::string& place, const Error& error) {
    throw Error(error.kind(), error.what(), place + error.path());
}

void writeRequired(json::Writer& writer, std::string_view name, const std::string& value) {
    if (value.empty()) refuseMissing(name);
    writer.member(name, value);
}

}  // namespace fhir
