#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// A Flag: authored by us about a team, never about a person.
/// https://hl7.org/fhir/R4/flag.html
struct Flag {
    static constexpr std::string_view resourceType = "Flag";

    std::string id;
    std::optional<Meta> meta;
    std::vector<Identifier> identifier;
    std::string status;  ///< active | inactive | entered-in-error
    std::vector<CodeableConcept> category;
    CodeableConcept code;
    Reference subject;
    std::optional<Period> period;
    std::optional<Reference> author;

    static Flag fromJson(const json::Value& json);
    void toJson(json::Writer& writer) const;
};

}  // namespace fhir
