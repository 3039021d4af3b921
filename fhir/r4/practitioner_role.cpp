#include "fhir/r4/practitioner_role.h"

namespace fhir {

PractitionerRole PractitionerRole::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.id = readHeader(json, resourceType),
            .practitioner = wanted.find<Reference>(json, "practitioner")};
}

}  // namespace fhir
