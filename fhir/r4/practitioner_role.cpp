#include "fhir/r4/practitioner_role.h"

namespace fhir {

PractitionerRole PractitionerRole::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .active = json.findBoolean("active"),
            .identifier = readArray<Identifier>(json, "identifier"),
            .period = findPeriod(json, "period"),
            .practitioner = findReference(json, "practitioner"),
            .organization = findReference(json, "organization"),
            .code = readArray<CodeableConcept>(json, "code"),
            .specialty = readArray<CodeableConcept>(json, "specialty"),
            .location = readArray<Reference>(json, "location"),
            .telecom = readArray<ContactPoint>(json, "telecom")};
}

}  // namespace fhir
