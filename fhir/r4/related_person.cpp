#include "fhir/r4/related_person.h"

#include "fhir/r4/communication_language.h"

namespace fhir {

RelatedPerson RelatedPerson::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .active = json.findBoolean("active"),
            .identifier = readArray<Identifier>(json, "identifier"),
            .patient = Reference::fromJson(json.at("patient")),
            .relationship = readArray<CodeableConcept>(json, "relationship"),
            .name = readArray<HumanName>(json, "name"),
            .telecom = readArray<ContactPoint>(json, "telecom"),
            .period = findPeriod(json, "period"),
            .language = readLanguages(json)};
}

}  // namespace fhir
