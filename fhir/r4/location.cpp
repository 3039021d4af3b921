#include "fhir/r4/location.h"

namespace fhir {

Location Location::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .status = json.findString("status"),
            .name = json.findString("name"),
            .physicalType = findConcept(json, "physicalType"),
            .partOf = findReference(json, "partOf")};
}

}  // namespace fhir
