#include "fhir/r4/group.h"

namespace fhir {

Group::Member Group::Member::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.entity = Reference::fromJson(json.at("entity"), wanted),
            .period = wanted.find<Period>(json, "period"),
            .inactive = wanted.flag(json, "inactive").value_or(false)};
}

Group Group::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.id = readHeader(json, resourceType),
            .member = readParts<Member>(json, "member", wanted)};
}

}  // namespace fhir
