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

std::vector<std::string> readLanguages(const json::Value& person, json::Wanted& wanted) {
    std::vector<std::string> result;
    wanted.list(person, "communication", [&](const json::Value& communication) {
        refuseModifiers(communication);
        const auto language = wanted.find<CodeableConcept>(communication, "language");
        const auto code = language ? firstCode(*language) : std::nullopt;
        const bool preferred = wanted.flag(communication, "preferred").value_or(false);
        if (code) result.insert(preferred ? result.begin() : result.end(), *code);
        return preferred;
    });
    return result;
}

}  // namespace fhir
