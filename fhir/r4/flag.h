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
    std::optional<Reference> encounter{};
    std::optional<Reference> author;

    /// Reads any Flag, also the EHR's own ones about patients.
    static Flag fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    bool operator==(const Flag&) const = default;
    /// Throws Error{InvalidInput} if the status or code is missing, if the subject is not an
    /// Organization, Group or Location, or if there is an encounter: our flags are never about a
    /// person.
    void toJson(json::Writer& writer) const;
};

}  // namespace fhir
