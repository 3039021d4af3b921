#include "fhir/r4/group.h"

namespace fhir {

Group::Member Group::Member::fromJson(const json::Value& json) {
    return {.entity = Reference::fromJson(json.at("entity")),
            .period = findPeriod(json, "period"),
            .inactive = json.findBoolean("inactive").value_or(false)};
}

Group Group::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .identifier = readArray<Identifier>(json, "identifier"),
            .active = json.findBoolean("active"),
            .type = json.at("type").string(),
            .actual = json.findBoolean("actual").value_or(false),
            .code = findConcept(json, "code"),
            .name = json.findString("name"),
            .quantity = json.findInteger("quantity"),
            .managingEntity = findReference(json, "managingEntity"),
            .member = readParts<Member>(json, "member")};
}

}  // namespace fhir
