#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of Location that the product reads. https://hl7.org/fhir/R4/location.html
struct Location {
    static constexpr std::string_view resourceType = "Location";

    std::string id;
    std::optional<std::string> name;
    std::optional<Reference> partOf;

    static Location fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    bool operator==(const Location&) const = default;
};

}  // namespace fhir
