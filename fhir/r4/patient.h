#pragma once

#include "fhir/r4/contact_point.h"

namespace fhir {

/// The elements of Patient that the product reads. https://hl7.org/fhir/R4/patient.html
struct Patient {
    static constexpr std::string_view resourceType = "Patient";

    /// Another record of the same person.
    struct Link {
        Reference other;
        std::string type;  ///< replaced-by | replaces | refer | seealso

        static Link fromJson(const json::Value& json);
    };
    /// A contact person for the patient: next of kin, guardian, partner.
    struct Contact {
        std::vector<CodeableConcept> relationship;
        std::optional<HumanName> name;
        std::vector<ContactPoint> telecom;
        std::optional<Period> period;

        static Contact fromJson(const json::Value& json);
    };

    std::string id;
    std::optional<Meta> meta;
    std::optional<bool> active;
    std::vector<Identifier> identifier;
    std::vector<HumanName> name;
    std::vector<ContactPoint> telecom{};
    std::optional<std::string> gender;  ///< administrative: male | female | other | unknown
    std::optional<DateTime> birthDate;  ///< a date of any precision
    bool deceased = false;
    std::optional<DateTime> deceasedDateTime{};
    std::vector<Contact> contact{};
    std::vector<std::string> language;  ///< communication.language codes, the preferred first
    /// http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired
    std::optional<bool> interpreterRequired{};
    std::vector<Reference> generalPractitioner{};
    std::optional<Reference> managingOrganization{};
    std::vector<Link> link{};  ///< with "replaced-by" this record must no longer be used

    /// Throws Error{InvalidInput} with the path of the first bad element.
    static Patient fromJson(const json::Value& json);
};

}  // namespace fhir
