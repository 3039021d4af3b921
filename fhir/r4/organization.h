#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of Organization that the product reads.
/// https://hl7.org/fhir/R4/organization.html
struct Organization {
    static constexpr std::string_view resourceType = "Organization";

    std::string id;
    std::optional<bool> active;
    std::optional<std::string> name;
    std::vector<std::string> alias{};
    std::vector<CodeableConcept> type{};
    std::vector<Identifier> identifier;
    std::optional<Reference> partOf;

    static Organization fromJson(const json::Value& json);
};

}  // namespace fhir
