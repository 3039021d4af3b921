#include "fhir/r4/practitioner.h"

namespace fhir {

Practitioner Practitioner::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .active = json.findBoolean("active"),
            .identifier = readArray<Identifier>(json, "identifier"),
            .name = readArray<HumanName>(json, "name"),
            .telecom = readArray<ContactPoint>(json, "telecom")};
}

}  // namespace fhir
