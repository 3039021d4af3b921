#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of PractitionerRole that the product reads: who is in it.
/// https://hl7.org/fhir/R4/practitionerrole.html
struct PractitionerRole {
    static constexpr std::string_view resourceType = "PractitionerRole";

    std::string id;
    std::optional<Reference> practitioner;

    static PractitionerRole fromJson(const json::Value& json,
                                     json::Wanted& wanted = json::strict());
    bool operator==(const PractitionerRole&) const = default;
};

}  // namespace fhir
