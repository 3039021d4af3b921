#include "fhir/r4/communication_language.h"

#include "fhir/r4/datatypes.h"

namespace fhir {

namespace {

std::optional<std::string> firstCode(const CodeableConcept& language) {
    for (const auto& coding : language.coding)
        if (coding.code) return coding.code;
    return std::nullopt;
}

}  // namespace

std::vector<std::string> readLanguages(const json::Value& person) {
    std::vector<std::string> result;
    for (const auto communication : person.findArray("communication")) {
        refuseModifiers(communication);
        const auto language = findConcept(communication, "language");
        const auto code = language ? firstCode(*language) : std::nullopt;
        const bool preferred = communication.findBoolean("preferred").value_or(false);
        if (code) result.insert(preferred ? result.begin() : result.end(), *code);
    }
    return result;
}

}  // namespace fhir
