#include "adapters/routes/compare.h"

#include <algorithm>

#include "adapters/adapter.h"
#include "adapters/routes/compare_parts.h"

namespace adapters {
namespace {

using fhir::CodeableConcept;
using fhir::Error;
using fhir::ErrorKind;
using fhir::Reference;
using namespace compared;

/// Whether each coding of `ours` that `counts` is among `theirs`.
template <class Counts>
bool keepsCodings(const CodeableConcept& ours, const CodeableConcept& theirs, Counts counts) {
    return std::all_of(ours.coding.begin(), ours.coding.end(), [&](const fhir::Coding& one) {
        return !counts(one) || theirs.has(one.system.value_or(""), one.code.value_or(""));
    });
}

constexpr auto kEveryCoding = [](const fhir::Coding&) { return true; };
constexpr auto kLoincOnly = [](const fhir::Coding& one) { return one.system == kLoinc; };
constexpr auto kOthers = [](const fhir::Coding& one) { return one.system != kLoinc; };

bool keepsCategories(const std::vector<CodeableConcept>& ours,
                     const std::vector<CodeableConcept>& theirs) {
    return std::all_of(ours.begin(), ours.end(), [&](const CodeableConcept& one) {
        return std::any_of(theirs.begin(), theirs.end(), [&](const CodeableConcept& other) {
            return keepsCodings(one, other, kEveryCoding);
        });
    });
}

/// Where the answer was "asked, declined", words in its place say something else, and so does
/// nothing.
void requireSameWords(const fhir::Observation& ours, const fhir::Observation& theirs) {
    const bool sameAbsence =
        ours.dataAbsentReason.has_value() == theirs.dataAbsentReason.has_value() &&
        (!ours.dataAbsentReason ||
         keepsCodings(*ours.dataAbsentReason, *theirs.dataAbsentReason, kEveryCoding));
    const bool sameWords =
        ours.valueString.has_value() == theirs.valueString.has_value() &&
        trimmed(ours.valueString.value_or("")) == trimmed(theirs.valueString.value_or(""));
    if (!sameWords || !sameAbsence) compared::refuseOtherWords();
}

}  // namespace

namespace compared {

bool sameReference(const Reference& ours, const Reference& theirs,
                   const fhir::ServerAddress& server) {
    if (!ours.reference && ours.identifier)
        return theirs.identifier && ours.identifier->system == theirs.identifier->system &&
               ours.identifier->value == theirs.identifier->value;
    if (ours.reference == theirs.reference) return true;
    const auto meant = server.find(ours);
    return meant && server.findId(theirs, meant->type) == meant->id;
}

bool sameReference(const std::optional<Reference>& ours, const std::optional<Reference>& theirs,
                   const fhir::ServerAddress& server) {
    return !ours || (theirs && sameReference(*ours, *theirs, server));
}

bool keepsIdentifier(const std::vector<fhir::Identifier>& ours,
                     const std::vector<fhir::Identifier>& theirs) {
    return ours.empty() ||
           std::any_of(theirs.begin(), theirs.end(), [&](const fhir::Identifier& one) {
               return one.system == ours.front().system && one.value == ours.front().value;
           });
}

bool sameMoment(const std::optional<fhir::DateTime>& ours,
                const std::optional<fhir::DateTime>& theirs) {
    if (!ours) return true;
    if (!theirs) return false;
    if (ours->earliest() == theirs->earliest() && ours->latest() == theirs->latest()) return true;
    using Precision = fhir::DateTime::Precision;
    if (ours->precision() != Precision::Second || theirs->precision() != Precision::Second)
        return false;
    // Some keep whole seconds of what they are given (vendor facts, 1.3): cut off or rounded.
    using std::chrono::seconds;
    const auto cut = std::chrono::floor<seconds>(ours->earliest());
    return theirs->earliest() == cut || theirs->earliest() == cut + seconds{1};
}

bool keepsLabels(const std::optional<fhir::Meta>& ours, const std::optional<fhir::Meta>& theirs) {
    if (!ours || ours->security.empty()) return true;
    if (!theirs) return false;
    return keepsCodings({ours->security, {}}, {theirs->security, {}}, kEveryCoding);
}

bool keepsReferences(const std::vector<Reference>& ours, const std::vector<Reference>& theirs,
                     const fhir::ServerAddress& server) {
    return std::all_of(ours.begin(), ours.end(), [&](const Reference& one) {
        return std::any_of(theirs.begin(), theirs.end(), [&](const Reference& other) {
            return sameReference(one, other, server);
        });
    });
}

std::string trimmed(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r')
            result += text[i];
        else if (i + 1 == text.size() || text[i + 1] != '\n')
            result += '\n';
    const auto first = result.find_first_not_of(" \t\n");
    if (first == std::string::npos) return {};
    return result.substr(first, result.find_last_not_of(" \t\n") - first + 1);
}

void requireSameSubject(bool same, const char* what) {
    if (!same)
        throw Error(ErrorKind::Conflict, std::string("the EHR holds it, but about another ") +
                                             what + " than the one it was written for");
}

void refuseOtherWords() {
    throw Error(ErrorKind::Conflict, "the EHR holds it, but with other words than were written");
}

}  // namespace compared

std::string compare(const fhir::Observation& ours, const fhir::Observation& theirs,
                    const fhir::ServerAddress& server) {
    requireSameSubject(theirs.subject && sameReference(ours.subject, theirs.subject, server),
                       "patient");
    requireSameWords(ours, theirs);
    if ((ours.status == kEnteredInError) != (theirs.status == kEnteredInError))
        throw Error(ErrorKind::Conflict,
                    "the EHR holds it, but whether it was entered in error differs");
    Differences differences;
    differences.note(ours.status == theirs.status, "the status");
    differences.note(ours.valueString == theirs.valueString, "the white space of the words");
    differences.note(!ours.language || ours.language == theirs.language,
                     "the language of the words");
    differences.note(keepsCodings(ours.code, theirs.code, kLoincOnly), "the LOINC codes");
    differences.note(keepsCodings(ours.code, theirs.code, kOthers), "the aspect");
    differences.note(keepsCategories(ours.category, theirs.category), "the category");
    differences.note(sameMoment(ours.effectiveDateTime, theirs.effectiveDateTime),
                     "when it was said");
    differences.note(keepsReferences(ours.performer, theirs.performer, server), "who said it");
    differences.note(sameReference(ours.encounter, theirs.encounter, server), "the encounter");
    differences.note(!ours.method || theirs.method, "how it was asked");
    differences.note(ours.note.empty() || !theirs.note.empty(), "the note");
    differences.note(keepsLabels(ours.meta, theirs.meta), "who may see it (security label)");
    differences.note(keepsIdentifier(ours.identifier, theirs.identifier), "our identifier");
    return differences.take();
}

std::string compare(const fhir::Flag& ours, const fhir::Flag& theirs,
                    const fhir::ServerAddress& server) {
    requireSameSubject(sameReference(ours.subject, theirs.subject, server), "subject");
    Differences differences;
    differences.note(ours.status == theirs.status, "the status");
    differences.note(keepsCodings(ours.code, theirs.code, kEveryCoding), "the reason code");
    differences.note(keepsCategories(ours.category, theirs.category), "the category");
    differences.note(
        !ours.period || (theirs.period && sameMoment(ours.period->start, theirs.period->start) &&
                         sameMoment(ours.period->end, theirs.period->end)),
        "the period");
    differences.note(keepsIdentifier(ours.identifier, theirs.identifier), "our identifier");
    return differences.take();
}

}  // namespace adapters
