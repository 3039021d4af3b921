#include "fhir/r4/location.h"

namespace fhir {

Location Location::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.id = readHeader(json, resourceType),
            .name = wanted.string(json, "name"),
            .partOf = wanted.find<Reference>(json, "partOf")};
}

}  // namespace fhir
