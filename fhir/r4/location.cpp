#include "fhir/r4/location.h"

namespace fhir {

Location Location::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .identifier = readArray<Identifier>(json, "identifier"),
            .status = json.findString("status"),
            .name = json.findString("name"),
            .alias = readStrings(json, "alias"),
            .mode = json.findString("mode"),
            .operationalStatus = findCoding(json, "operationalStatus"),
            .type = readArray<CodeableConcept>(json, "type"),
            .physicalType = findConcept(json, "physicalType"),
            .managingOrganization = findReference(json, "managingOrganization"),
            .partOf = findReference(json, "partOf")};
}

}  // namespace fhir
