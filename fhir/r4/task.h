#pragma once

#include "fhir/r4/typed_value.h"

namespace fhir {

/// Something to be done: read from others, and authored by us.
/// https://hl7.org/fhir/R4/task.html
struct Task {
    static constexpr std::string_view resourceType = "Task";

    /// One element of `input` or `output`.
    struct Parameter {
        CodeableConcept type;
        TypedValue value;

        static Parameter fromJson(const json::Value& json);
        void toJson(json::Writer& writer) const;
    };

    std::string id;
    std::optional<Meta> meta;
    std::optional<std::string> language;
    std::vector<Identifier> identifier;
    std::vector<Reference> basedOn, partOf;
    std::string status;  ///< draft | requested | received | accepted | in-progress | completed | …
    std::optional<CodeableConcept> statusReason;
    std::string intent;                   ///< proposal | plan | order | …
    std::optional<std::string> priority;  ///< routine | urgent | asap | stat
    std::optional<CodeableConcept> code;
    std::optional<std::string> description;
    std::optional<Reference> focus;
    std::optional<Reference> taskFor;  ///< `for`, a keyword in C++: who benefits
    std::optional<Reference> encounter;
    std::optional<Period> executionPeriod;
    std::optional<DateTime> authoredOn, lastModified;
    std::optional<Reference> requester, owner;
    std::optional<CodeableConcept> reasonCode;
    std::vector<Annotation> note;
    std::vector<Parameter> input, output;

    static Task fromJson(const json::Value& json);
    /// Throws Error{InvalidInput} without a status or an intent.
    void toJson(json::Writer& writer) const;
};

}  // namespace fhir
