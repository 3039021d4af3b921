#pragma once

#include <variant>

#include "fhir/r4/attachment.h"
#include "fhir/r4/quantity.h"

namespace fhir {

/// An element `value[x]`, `content[x]`, … : what stands behind the name in JSON and the type that
/// the name ends in. https://hl7.org/fhir/R4/formats.html#choice
struct TypedValue {
    /// As in the name: "String", "DateTime", "Base64Binary", "Coding", …
    std::string type;
    /// A string for every primitive that is text to JSON and no date.
    std::variant<std::string, bool, std::int64_t, Decimal, DateTime, Coding, CodeableConcept,
                 Quantity, Reference, Attachment, Period, Identifier>
        value;

    static TypedValue ofString(std::string_view text) { return {"String", std::string(text)}; }
    /// The text of a string, code, URI, …; nullptr where it is of another type.
    const std::string* text() const noexcept { return std::get_if<std::string>(&value); }

    /// The element `<name>[x]` of `json`; nullopt where there is none, or one of a type that is
    /// not listed above. Throws where there are two.
    static std::optional<TypedValue> find(const json::Value& json, std::string_view name);
    /// Throws Error{InvalidInput} where `type` does not fit what is held.
    void write(json::Writer& writer, std::string_view name) const;
};

}  // namespace fhir
