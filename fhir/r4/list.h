#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of List that the product reads: a patient list is one whose entries are Patients.
/// https://hl7.org/fhir/R4/list.html
struct List {
    static constexpr std::string_view resourceType = "List";

    struct Entry {
        Reference item;
        bool deleted = false;
        std::optional<DateTime> date{};  ///< when the item was added

        static Entry fromJson(const json::Value& json);
    };

    std::string id;
    std::string status;  ///< current | retired | entered-in-error
    std::optional<std::string> title;
    std::optional<std::string> mode{};  ///< working | snapshot | changes
    std::optional<CodeableConcept> code{};
    std::optional<Reference> subject{}, source{};
    std::optional<DateTime> date{};
    std::vector<Identifier> identifier;
    std::vector<Entry> entry;
    std::optional<CodeableConcept> emptyReason{};  ///< why there are no entries

    static List fromJson(const json::Value& json);
};

}  // namespace fhir
