#include "fhir/r4/patient.h"

namespace fhir {

namespace {

std::optional<std::string> firstCode(const CodeableConcept& language) {
    for (const auto& coding : language.coding)
        if (coding.code) return coding.code;
    return std::nullopt;
}

std::vector<std::string> languages(const json::Value& json) {
    std::vector<std::string> result;
    for (const auto communication : json.findArray("communication")) {
        refuseModifiers(communication);
        const auto language = findConcept(communication, "language");
        const auto code = language ? firstCode(*language) : std::nullopt;
        const bool preferred = communication.findBoolean("preferred").value_or(false);
        if (code) result.insert(preferred ? result.begin() : result.end(), *code);
    }
    return result;
}

std::vector<Patient::Link> links(const json::Value& json) {
    std::vector<Patient::Link> result;
    for (const auto link : json.findArray("link")) {
        refuseModifiers(link);
        result.push_back({Reference::fromJson(link.at("other")), link.at("type").string()});
    }
    return result;
}

}  // namespace

Patient Patient::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .meta = std::move(header.meta),
            .active = json.findBoolean("active"),
            .identifier = readArray<Identifier>(json, "identifier"),
            .name = readArray<HumanName>(json, "name"),
            .gender = json.findString("gender"),
            .birthDate = findDateTime(json, "birthDate"),
            .deceased = json.findBoolean("deceasedBoolean").value_or(false) ||
                        findDateTime(json, "deceasedDateTime").has_value(),
            .language = languages(json),
            .link = links(json)};
}

}  // namespace fhir
