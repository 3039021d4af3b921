#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of Location that the product reads. https://hl7.org/fhir/R4/location.html
struct Location {
    static constexpr std::string_view resourceType = "Location";

    std::string id;
    std::vector<Identifier> identifier{};
    std::optional<std::string> status, name;
    std::vector<std::string> alias{};
    std::optional<std::string> mode{};          ///< instance | kind: a kind is not a real place
    std::optional<Coding> operationalStatus{};  ///< of a bed: occupied, unoccupied, closed, …
    std::vector<CodeableConcept> type{};
    std::optional<CodeableConcept> physicalType;
    std::optional<Reference> managingOrganization{};
    std::optional<Reference> partOf;

    static Location fromJson(const json::Value& json);
};

}  // namespace fhir
