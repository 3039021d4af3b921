#pragma once

#include "fhir/r4/contact_point.h"

namespace fhir {

/// The elements of PractitionerRole that the product reads: who works where, as what.
/// https://hl7.org/fhir/R4/practitionerrole.html
struct PractitionerRole {
    static constexpr std::string_view resourceType = "PractitionerRole";

    std::string id;
    std::optional<bool> active;
    std::vector<Identifier> identifier;
    std::optional<Period> period;
    std::optional<Reference> practitioner, organization;
    std::vector<CodeableConcept> code, specialty;
    std::vector<Reference> location;
    std::vector<ContactPoint> telecom;

    static PractitionerRole fromJson(const json::Value& json);
};

}  // namespace fhir
