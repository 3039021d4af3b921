#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// Something to be done: read from others, and authored by us.
/// https://hl7.org/fhir/R4/task.html
struct Task {
    static constexpr std::string_view resourceType = "Task";

    std::string id;
    std::optional<Meta> meta;
    std::optional<std::string> language;
    std::vector<Identifier> identifier;
    std::string status;  ///< draft | requested | received | accepted | in-progress | completed | …
    std::string intent;  ///< proposal | plan | order | …
    std::optional<CodeableConcept> code;
    std::optional<std::string> description;
    std::optional<Reference> taskFor;  ///< `for`, a keyword in C++: who benefits
    std::optional<Reference> encounter;
    std::optional<DateTime> authoredOn;
    std::optional<Reference> owner;
    std::vector<Annotation> note;

    static Task fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    bool operator==(const Task&) const = default;
    /// Throws Error{InvalidInput} without a status or an intent.
    void toJson(json::Writer& writer) const;
};

}  // namespace fhir
