#pragma once

#include <variant>

#include "fhir/r4/attachment.h"
#include "fhir/r4/quantity.h"

namespace fhir {

/// An element `value[x]`, `content[x]`, …: its value, and the type that its JSON name ends in.
/// https://hl7.org/fhir/R4/formats.html#choice
struct TypedValue {
    /// As in the JSON name: "String", "DateTime", "Base64Binary", "Coding", …
    std::string type;
    /// A string for every primitive that is a JSON string and no date.
    std::variant<std::string, bool, std::int64_t, Decimal, DateTime, Coding, CodeableConcept,
                 Quantity, Reference, Attachment, Period, Identifier>
        value;

    static TypedValue ofString(std::string_view text) { return {"String", std::string(text)}; }
    /// The text of a string, code, URI, …; nullptr if the value is of another type.
    const std::string* text() const noexcept { return std::get_if<std::string>(&value); }

    /// The element `<name>[x]` of `json`; nullopt if there is none, or if its type is not one of
    /// the above. Throws if there are two.
    static std::optional<TypedValue> find(const json::Value& json, std::string_view name,
                                          json::Wanted& wanted = json::strict());
    bool operator==(const TypedValue&) const = default;
    /// Throws Error{InvalidInput} if `type` does not fit the value.
    void write(json::Writer& writer, std::string_view name) const;
};

}  // namespace fhir
