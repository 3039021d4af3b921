#pragma once

#include "fhir/r4/contact_point.h"

namespace fhir {

/// The elements of Practitioner that the product reads.
/// https://hl7.org/fhir/R4/practitioner.html
struct Practitioner {
    static constexpr std::string_view resourceType = "Practitioner";

    std::string id;
    std::optional<bool> active;
    std::vector<Identifier> identifier;
    std::vector<HumanName> name;
    std::vector<ContactPoint> telecom;

    static Practitioner fromJson(const json::Value& json);
};

}  // namespace fhir
