#include "fhir/r4/operation_outcome.h"

#include <algorithm>
#include <array>

namespace fhir {

namespace {

constexpr std::array<std::string_view, 4> kSeverities{"fatal", "error", "warning", "information"};

/// http://hl7.org/fhir/R4/valueset-issue-type.html
constexpr std::array<std::string_view, 31> kIssueTypes{
    "invalid",       "structure", "required",         "value",         "invariant",  "security",
    "login",         "unknown",   "expired",          "forbidden",     "suppressed", "processing",
    "not-supported", "duplicate", "multiple-matches", "not-found",     "deleted",    "too-long",
    "code-invalid",  "extension", "too-costly",       "business-rule", "conflict",   "transient",
    "lock-error",    "no-store",  "exception",        "timeout",       "incomplete", "throttled",
    "informational"};

/// The types that a place in an outcome of an answer to us may begin with.
constexpr std::array<std::string_view, 21> kTypes{"Appointment",
                                                  "Binary",
                                                  "Bundle",
                                                  "CapabilityStatement",
                                                  "Communication",
                                                  "DocumentReference",
                                                  "Encounter",
                                                  "Flag",
                                                  "Group",
                                                  "List",
                                                  "Location",
                                                  "Observation",
                                                  "OperationOutcome",
                                                  "Organization",
                                                  "Parameters",
                                                  "Patient",
                                                  "Practitioner",
                                                  "Provenance",
                                                  "QuestionnaireResponse",
                                                  "RelatedPerson",
                                                  "Task"};

bool isLetter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool isUpper(char c) noexcept {
    return c >= 'A' && c <= 'Z';
}
bool isDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// A server may put anything where a code should be; only a code of the set is repeated.
template <std::size_t Count>
std::string_view known(const std::array<std::string_view, Count>& set, std::string_view code,
                       std::string_view otherwise) {
    return std::find(set.begin(), set.end(), code) == set.end() ? otherwise : code;
}

/// One step of a place: "category", "entry[12]" or "value[x]".
bool isStep(std::string_view step) noexcept {
    constexpr std::size_t kLengthMax = 40;
    const auto bracket = std::min(step.find('['), step.size());
    const auto name = step.substr(0, bracket);
    const auto index = step.substr(bracket);
    if (name.empty() || step.size() > kLengthMax || isUpper(name.front()) ||
        !std::all_of(name.begin(), name.end(), isLetter))
        return false;
    if (index.empty() || index == "[x]") return true;
    const auto digits = index.substr(1, index.size() - 2);
    return index.back() == ']' && !digits.empty() && digits.size() <= 5 &&
           std::all_of(digits.begin(), digits.end(), isDigit);
}

/// Whether it is a path of element names below a resource type, and so cannot carry words.
bool isPlace(std::string_view expression) noexcept {
    auto rest = expression;
    for (bool first = true; !rest.empty(); first = false) {
        const auto dot = std::min(rest.find('.'), rest.size());
        const auto step = rest.substr(0, dot);
        if (first ? known(kTypes, step, "").empty() : !isStep(step)) return false;
        if (dot + 1 == rest.size()) return false;
        rest.remove_prefix(std::min(dot + 1, rest.size()));
    }
    return !expression.empty();
}

/// Whether a vendor's own code may be repeated: up to five digits ("59100") or words in capitals
/// joined by "_" ("NO_RECORD_FOUND"). Neither is a name or the number of a record.
bool isVendorCode(std::string_view code) noexcept {
    constexpr std::size_t kDigitsMax = 5;
    constexpr std::size_t kLengthMax = 64;
    if (code.empty() || code.size() > kLengthMax) return false;
    if (std::all_of(code.begin(), code.end(), isDigit)) return code.size() <= kDigitsMax;
    return code.find('_') != std::string_view::npos && isUpper(code.front()) &&
           std::all_of(code.begin(), code.end(), [](char c) { return isUpper(c) || c == '_'; });
}

std::string inCodes(const OperationOutcome::Issue& issue) {
    std::string result(known(kSeverities, issue.severity, "error"));
    result += ' ';
    result += known(kIssueTypes, issue.code, "unknown");
    if (issue.details)
        for (const auto& coding : issue.details->coding)
            if (coding.system && coding.code && isVendorCode(*coding.code)) {
                result += ' ' + *coding.code;
                break;
            }
    if (!issue.expression.empty() && isPlace(issue.expression.front()))
        result += " (" + issue.expression.front() + ")";
    return result;
}

}  // namespace

bool OperationOutcome::hasError() const noexcept {
    return std::any_of(issue.begin(), issue.end(), [](const Issue& one) {
        return one.severity == "error" || one.severity == "fatal";
    });
}

std::string OperationOutcome::summary() const {
    constexpr std::size_t kIssuesMax = 5;
    std::string result;
    for (std::size_t i = 0; i < std::min(issue.size(), kIssuesMax); ++i)
        result += (i == 0 ? "" : "; ") + inCodes(issue[i]);
    if (issue.size() > kIssuesMax)
        result += "; and " + std::to_string(issue.size() - kIssuesMax) + " more";
    return result;
}

OperationOutcome OperationOutcome::fromJson(const json::Value& json, json::Wanted& wanted) {
    readHeader(json, resourceType);
    OperationOutcome outcome;
    for (const auto& entry : wanted.objects(json, "issue")) {
        Issue one{.severity = wanted.string(entry, "severity").value_or("error"),
                  .code = wanted.string(entry, "code").value_or("unknown"),
                  .details = wanted.find<CodeableConcept>(entry, "details"),
                  .diagnostics = wanted.string(entry, "diagnostics"),
                  .expression = wanted.strings(entry, "expression")};
        if (one.expression.empty()) one.expression = wanted.strings(entry, "location");
        outcome.issue.push_back(std::move(one));
    }
    return outcome;
}

std::string OperationOutcome::oneIssue(std::string_view severity, std::string_view code,
                                       std::string_view diagnostics) {
    json::Writer writer;
    writer.beginObject().member("resourceType", resourceType).key("issue").beginArray();
    writer.beginObject()
        .member("severity", severity)
        .member("code", code)
        .member("diagnostics", diagnostics)
        .endObject();
    writer.endArray().endObject();
    return writer.take();
}

}  // namespace fhir
