#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// An Observation: read from others, and authored by us as a statement of what matters.
/// https://hl7.org/fhir/R4/observation.html
struct Observation {
    static constexpr std::string_view resourceType = "Observation";

    std::string id;
    std::optional<Meta> meta;
    std::optional<std::string> language;  ///< of the words in valueString (BCP 47)
    std::vector<Identifier> identifier;
    std::string status;  ///< final | amended | corrected | entered-in-error | preliminary | …
    std::vector<CodeableConcept> category;
    CodeableConcept code;
    std::optional<Reference> subject, encounter;
    /// Whom or what it is about where that is not the subject: their child, a relative, a device.
    std::vector<Reference> focus{};
    std::optional<DateTime> effectiveDateTime;  ///< of an effectivePeriod, its start
    std::optional<DateTime> issued;
    /// One that names a contained resource has its type, and its name where it has no other. In the
    /// place of what cannot be read stands `somebody`.
    std::vector<Reference> performer;
    std::optional<std::string> valueString;
    std::optional<CodeableConcept> valueCodeableConcept;
    std::optional<CodeableConcept> dataAbsentReason;
    std::vector<Annotation> note;
    std::optional<CodeableConcept> method;
    std::vector<Reference> derivedFrom;
    /// The extension observation-replaces: the Observations that this one supersedes.
    /// https://hl7.org/fhir/R4/extension-observation-replaces.html
    std::vector<Reference> replaces{};

    bool hasCategory(std::string_view system, std::string_view categoryCode) const noexcept;
    /// Whether `focus` names people and the subject is not among them (R4, Observation.focus). What
    /// it names in a way that cannot be followed may be anybody.
    bool isAboutAnother() const;
    /// Throws Error{InvalidInput} if it is no Observation, or what it says, of what, about whom or
    /// with which status cannot be read.
    static Observation fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    bool operator==(const Observation&) const = default;
    /// Writes the elements above and nothing else: for resources that we author. Throws
    /// Error{InvalidInput} without a status or a code.
    void toJson(json::Writer& writer) const;
};

}  // namespace fhir
