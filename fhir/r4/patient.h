#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of Patient that the product reads. https://hl7.org/fhir/R4/patient.html
struct Patient {
    static constexpr std::string_view resourceType = "Patient";

    /// Another record of the same person.
    struct Link {
        Reference other;
        std::string type;  ///< replaced-by | replaces | refer | seealso

        static Link fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        bool operator==(const Link&) const = default;
    };

    std::string id;
    std::optional<bool> active;
    std::vector<Identifier> identifier;
    std::vector<HumanName> name;
    std::optional<std::string> gender;  ///< administrative: male | female | other | unknown
    std::optional<DateTime> birthDate;  ///< a date of any precision
    /// nullopt: what stands there cannot be read, so that they may have died.
    std::optional<bool> deceased = false;
    std::vector<std::string> language;  ///< communication.language codes, the preferred first
    std::vector<Link> link{};           ///< with "replaced-by" this record must no longer be used

    /// Throws Error{InvalidInput} if it is no Patient, or has an id that is none.
    static Patient fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    bool operator==(const Patient&) const = default;
};

}  // namespace fhir
