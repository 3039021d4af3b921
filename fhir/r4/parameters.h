#pragma once

#include "fhir/r4/typed_value.h"

namespace fhir {

/// What an operation takes or gives. https://hl7.org/fhir/R4/parameters.html
struct Parameters {
    static constexpr std::string_view resourceType = "Parameters";

    struct Parameter {
        std::string name;
        std::optional<TypedValue> value;      ///< of the types that TypedValue knows
        std::optional<json::Value> resource;  ///< a view into the parsed document
        std::vector<Parameter> part;

        /// The nesting depth is bounded by the document's (json::Limits::depthMax).
        static Parameter fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        /// The first part of that name; nullptr if there is none.
        const Parameter* find(std::string_view partName) const noexcept;
    };

    std::string id;
    std::vector<Parameter> parameter;

    const Parameter* find(std::string_view name) const noexcept;
    static Parameters fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
};

}  // namespace fhir
