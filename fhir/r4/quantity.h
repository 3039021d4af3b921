#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// A decimal with its digits as written: "1.10" is more precise than "1.1".
/// https://hl7.org/fhir/R4/datatypes.html#decimal
class Decimal {
public:
    /// Throws Error{InvalidInput} if the text is not a JSON number.
    static Decimal parse(std::string_view text);
    static Decimal fromJson(const json::Value& json, json::Wanted& wanted = json::strict());

    const std::string& text() const noexcept { return text_; }
    bool operator==(const Decimal&) const = default;
    void toJson(json::Writer& writer) const { writer.raw(text_); }

private:
    explicit Decimal(std::string_view text) : text_(text) {}
    std::string text_;
};

/// https://hl7.org/fhir/R4/datatypes.html#Quantity
struct Quantity {
    std::optional<Decimal> value;
    std::optional<std::string> comparator;  ///< < | <= | >= | >: the value is only a bound
    std::optional<std::string> unit, system, code;

    static Quantity fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    bool operator==(const Quantity&) const = default;
    void toJson(json::Writer& writer) const;
};

}  // namespace fhir
