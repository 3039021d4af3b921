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
    };

    std::string id;
    std::optional<Meta> meta;
    std::optional<bool> active;
    std::vector<Identifier> identifier;
    std::vector<HumanName> name;
    std::optional<std::string> gender;  ///< administrative: male | female | other | unknown
    std::optional<DateTime> birthDate;  ///< a date of any precision
    bool deceased = false;
    std::vector<std::string> language;  ///< communication.language codes, the preferred first
    std::vector<Link> link{};           ///< with "replaced-by" this record is no longer to be used

    /// Throws Error{InvalidInput} with the path of the first bad element.
    static Patient fromJson(const json::Value& json);
};

}  // namespace fhir
