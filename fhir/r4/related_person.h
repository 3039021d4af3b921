#pragma once

#include "fhir/r4/contact_point.h"

namespace fhir {

/// The elements of RelatedPerson that the product reads: who may speak for the patient.
/// https://hl7.org/fhir/R4/relatedperson.html
struct RelatedPerson {
    static constexpr std::string_view resourceType = "RelatedPerson";

    std::string id;
    std::optional<bool> active;
    std::vector<Identifier> identifier;
    Reference patient;
    std::vector<CodeableConcept> relationship;
    std::vector<HumanName> name;
    std::vector<ContactPoint> telecom;
    std::optional<Period> period;       ///< in which the relationship holds
    std::vector<std::string> language;  ///< communication.language codes, the preferred first

    static RelatedPerson fromJson(const json::Value& json);
};

}  // namespace fhir
