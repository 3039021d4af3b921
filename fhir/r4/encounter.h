#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of Encounter that the product reads. https://hl7.org/fhir/R4/encounter.html
struct Encounter {
    static constexpr std::string_view resourceType = "Encounter";

    /// A place whose status or time stands there and cannot be read is none: nobody knows whether
    /// the patient is there now.
    struct Location {
        Reference location;                 ///< display: if absent, the contained Location's name
        std::optional<std::string> status;  ///< planned | active | reserved | completed
        std::optional<Period> period;
        std::optional<CodeableConcept> physicalType{};  ///< room, bed, ward, …

        bool operator==(const Location&) const = default;
    };

    std::string id;
    std::optional<Meta> meta;
    std::string status;  ///< planned | arrived | triaged | in-progress | onleave | finished | …
    /// `class`, a keyword in C++. Often a local code (vendors.md, section 1.2).
    std::optional<Coding> encounterClass;
    std::optional<Reference> subject;
    std::optional<Period> period;
    std::vector<Location> location;
    std::optional<Reference> partOf{};

    /// Throws Error{InvalidInput} if it is no Encounter, or its status or its subject cannot be
    /// read.
    static Encounter fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    bool operator==(const Encounter&) const = default;

    /// Where the patient is at `now`, the best answer first; empty if nobody can tell. A place
    /// counts if it is neither planned nor reserved nor completed, has begun and has not ended;
    /// without status or period it counts. Beds come before rooms and wards, as far as
    /// `physicalType` tells; then active places, then the one that began last, then the one that
    /// stands last.
    std::vector<const Location*> placesAt(Instant now) const;
};

}  // namespace fhir
