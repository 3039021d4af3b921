#include "fhir/r4/patient.h"

namespace fhir {

namespace {

std::vector<std::string> languages(const json::Value& json) {
    std::vector<std::string> result;
    for (const auto communication : json.findArray("communication")) {
        const auto language = findConcept(communication, "language");
        if (!language || language->coding.empty() || !language->coding.front().code) continue;
        const bool preferred = communication.findBoolean("preferred").value_or(false);
        result.insert(preferred ? result.begin() : result.end(), *language->coding.front().code);
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
                        json.find("deceasedDateTime").has_value(),
            .language = languages(json)};
}

}  // namespace fhir
