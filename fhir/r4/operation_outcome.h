#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// What a server says about a request. https://hl7.org/fhir/R4/operationoutcome.html
struct OperationOutcome {
    static constexpr std::string_view resourceType = "OperationOutcome";

    struct Issue {
        std::string severity;  ///< fatal | error | warning | information
        std::string code;      ///< IssueType: required, not-found, conflict, …
        std::optional<CodeableConcept> details;
        /// May hold patient data: for the user, never for a log.
        std::optional<std::string> diagnostics;
        std::vector<std::string> expression;
    };

    std::vector<Issue> issue;

    bool hasError() const noexcept;
    /// "error required 59100 (Observation.category); warning …": FHIR's codes, a vendor's short
    /// code and element names of at most five issues. None of these holds patient data.
    std::string summary() const;
    static OperationOutcome fromJson(const json::Value& json,
                                     json::Wanted& wanted = json::strict());
    /// An outcome of ours with one issue.
    static std::string oneIssue(std::string_view severity, std::string_view code,
                                std::string_view diagnostics);
};

}  // namespace fhir
