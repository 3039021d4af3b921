#pragma once

#include "fhir/r4/quantity.h"

namespace fhir {

/// An Observation: read from others, and authored by us as a statement of what matters.
/// https://hl7.org/fhir/R4/observation.html
struct Observation {
    static constexpr std::string_view resourceType = "Observation";

    struct Component {
        CodeableConcept code;
        std::optional<std::string> valueString;
        std::optional<Quantity> valueQuantity;
        std::optional<CodeableConcept> valueCodeableConcept;
        std::optional<CodeableConcept> dataAbsentReason;

        static Component fromJson(const json::Value& json);
        void toJson(json::Writer& writer) const;
    };

    std::string id;
    std::optional<Meta> meta;
    std::optional<std::string> language;  ///< of the words in valueString (BCP 47)
    std::vector<Identifier> identifier;
    std::vector<Reference> basedOn{}, partOf{};
    std::string status;  ///< final | amended | corrected | entered-in-error | preliminary | …
    std::vector<CodeableConcept> category;
    CodeableConcept code;
    std::optional<Reference> subject, encounter;
    /// Whom or what it is about where that is not the subject: their child, a relative, a device.
    std::vector<Reference> focus{};
    std::optional<DateTime> effectiveDateTime;  ///< of an effectivePeriod, its start
    std::optional<DateTime> issued;
    /// One that names a contained resource has its type, and its name where it has no other.
    std::vector<Reference> performer;
    std::optional<std::string> valueString;
    std::optional<CodeableConcept> valueCodeableConcept;
    std::optional<Quantity> valueQuantity{};
    std::optional<bool> valueBoolean{};
    std::optional<std::int64_t> valueInteger{};
    std::optional<DateTime> valueDateTime{};
    std::optional<CodeableConcept> dataAbsentReason;
    std::vector<CodeableConcept> interpretation{};
    std::vector<Annotation> note;
    std::optional<CodeableConcept> method;
    std::vector<Reference> hasMember{};
    std::vector<Reference> derivedFrom;
    std::vector<Component> component{};
    /// The extension observation-replaces: the Observations that this one supersedes.
    /// https://hl7.org/fhir/R4/extension-observation-replaces.html
    std::vector<Reference> replaces{};

    bool hasCategory(std::string_view system, std::string_view categoryCode) const noexcept;
    /// Whether `focus` names people and the subject is not among them (R4, Observation.focus). What
    /// it names in a way that cannot be followed may be anybody.
    bool isAboutAnother() const;
    static Observation fromJson(const json::Value& json);
    /// Writes the elements above and nothing else: for resources that we author. Throws
    /// Error{InvalidInput} without a status or a code.
    void toJson(json::Writer& writer) const;
};

}  // namespace fhir
