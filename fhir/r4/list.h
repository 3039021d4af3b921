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

        static Entry fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        bool operator==(const Entry&) const = default;
    };

    std::string id;
    std::string status;  ///< current | retired | entered-in-error
    std::vector<Entry> entry;

    /// Throws Error{InvalidInput} if it is no List, or its status cannot be read.
    static List fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    bool operator==(const List&) const = default;
};

}  // namespace fhir
