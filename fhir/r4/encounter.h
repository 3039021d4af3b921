#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of Encounter that the product reads. https://hl7.org/fhir/R4/encounter.html
struct Encounter {
    static constexpr std::string_view resourceType = "Encounter";

    struct Location {
        Reference location;
        std::optional<std::string> status;  ///< planned | active | reserved | completed
        std::optional<Period> period;
    };

    std::string id;
    std::optional<Meta> meta;
    std::vector<Identifier> identifier;
    std::string status;  ///< planned | arrived | triaged | in-progress | onleave | finished | …
    /// `class`, which C++ keeps for itself. Often a local code (vendors.md, section 1.2).
    std::optional<Coding> encounterClass;
    std::vector<CodeableConcept> type;
    std::optional<Reference> subject;
    std::optional<Period> period;
    std::vector<Location> location;

    static Encounter fromJson(const json::Value& json);

    /// Where the patient is now: the active location; else the last one not completed or planned.
    const Location* currentLocation() const noexcept;
};

}  // namespace fhir
