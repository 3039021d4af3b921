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
    };

    std::string id;
    std::string status;  ///< current | retired | entered-in-error
    std::optional<std::string> title;
    std::vector<Identifier> identifier;
    std::vector<Entry> entry;

    static List fromJson(const json::Value& json);
};

}  // namespace fhir
