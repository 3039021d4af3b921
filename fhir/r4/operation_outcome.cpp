#include "fhir/r4/operation_outcome.h"

#include <algorithm>

namespace fhir {

namespace {

/// Lets only what codes and FHIRPath names are made of through: a server may put anything there.
std::string plain(std::string_view text) {
    constexpr std::size_t kLengthMax = 80;
    std::string result;
    for (const char c : text.substr(0, kLengthMax)) {
        const bool harmless = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
                              c == '[' || c == ']';
        if (harmless) result += c;
    }
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
    for (std::size_t i = 0; i < std::min(issue.size(), kIssuesMax); ++i) {
        if (i != 0) result += "; ";
        result += plain(issue[i].severity) + " " + plain(issue[i].code);
        if (!issue[i].expression.empty()) result += " (" + plain(issue[i].expression[0]) + ")";
    }
    return result;
}

OperationOutcome OperationOutcome::fromJson(const json::Value& json) {
    readHeader(json, resourceType);
    OperationOutcome outcome;
    for (const auto entry : json.findArray("issue")) {
        Issue one{.severity = entry.findString("severity").value_or("error"),
                  .code = entry.findString("code").value_or("unknown"),
                  .details = findConcept(entry, "details"),
                  .diagnostics = entry.findString("diagnostics"),
                  .expression = readStrings(entry, "expression")};
        if (one.expression.empty()) one.expression = readStrings(entry, "location");
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
