#include "fhir/r4/parameters.h"

#include <algorithm>

namespace fhir {

namespace {

const Parameters::Parameter* findIn(const std::vector<Parameters::Parameter>& list,
                                    std::string_view name) noexcept {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.name == name; });
    return found == list.end() ? nullptr : &*found;
}

}  // namespace

Parameters::Parameter Parameters::Parameter::fromJson(const json::Value& json,
                                                      json::Wanted& wanted) {
    return {.name = json.at("name").string(),
            .value = TypedValue::find(json, "value", wanted),
            .resource = json.find("resource"),
            .part = readParts<Parameter>(json, "part", wanted)};
}

const Parameters::Parameter* Parameters::Parameter::find(std::string_view partName) const noexcept {
    return findIn(part, partName);
}

const Parameters::Parameter* Parameters::find(std::string_view name) const noexcept {
    return findIn(parameter, name);
}

Parameters Parameters::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.id = readHeader(json, resourceType),
            .parameter = readParts<Parameter>(json, "parameter", wanted)};
}

}  // namespace fhir
