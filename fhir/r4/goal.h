#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of Goal that the product reads. https://hl7.org/fhir/R4/goal.html
struct Goal {
    static constexpr std::string_view resourceType = "Goal";

    struct Target {
        std::optional<CodeableConcept> measure;
        std::optional<std::string> detailString;
        std::optional<DateTime> dueDate;

        static Target fromJson(const json::Value& json);
    };

    std::string id;
    std::optional<Meta> meta;
    std::optional<std::string> language;
    std::vector<Identifier> identifier;
    std::string lifecycleStatus;  ///< proposed | accepted | active | completed | cancelled | …
    std::optional<CodeableConcept> achievementStatus;
    std::vector<CodeableConcept> category;
    CodeableConcept description;
    Reference subject;
    std::optional<DateTime> startDate, statusDate;
    std::vector<Target> target;
    std::optional<Reference> expressedBy;  ///< whose goal it is: the patient, or somebody for them
    std::vector<Annotation> note;

    static Goal fromJson(const json::Value& json);
};

}  // namespace fhir
