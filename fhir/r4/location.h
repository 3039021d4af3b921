#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of Location that the product reads. https://hl7.org/fhir/R4/location.html
struct Location {
    static constexpr std::string_view resourceType = "Location";

    std::string id;
    std::optional<std::string> status, name;
    std::optional<CodeableConcept> physicalType;
    std::optional<Reference> partOf;

    static Location fromJson(const json::Value& json);
};

}  // namespace fhir
