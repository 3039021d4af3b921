#include "fhir/r4/list.h"

namespace fhir {

List::Entry List::Entry::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.item = Reference::fromJson(json.at("item"), wanted),
            .deleted = wanted.flag(json, "deleted").value_or(false)};
}

List List::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.id = readHeader(json, resourceType),
            .status = json.at("status").string(),
            .entry = readParts<Entry>(json, "entry", wanted)};
}

}  // namespace fhir
