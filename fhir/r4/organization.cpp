#include "fhir/r4/organization.h"

namespace fhir {

Organization Organization::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .active = json.findBoolean("active"),
            .name = json.findString("name"),
            .alias = readStrings(json, "alias"),
            .type = readArray<CodeableConcept>(json, "type"),
            .identifier = readArray<Identifier>(json, "identifier"),
            .partOf = findReference(json, "partOf")};
}

}  // namespace fhir
