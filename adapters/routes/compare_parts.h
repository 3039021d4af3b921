#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/url.h"
#include "fhir/r4/datatypes.h"

/// What the comparisons of all types share.
namespace adapters::compared {

/// Collects what is different, as one text.
class Differences {
public:
    void note(bool same, const char* what) {
        if (!same) text_ += (text_.empty() ? "the EHR did not keep " : ", ") + std::string(what);
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

bool sameReference(const fhir::Reference& ours, const fhir::Reference& theirs,
                   const fhir::Url& base);
/// True where ours is absent: what was not meant cannot be lost.
bool sameReference(const std::optional<fhir::Reference>& ours,
                   const std::optional<fhir::Reference>& theirs, const fhir::Url& base);

/// Whether `theirs` has the first identifier of `ours`.
bool keepsIdentifier(const std::vector<fhir::Identifier>& ours,
                     const std::vector<fhir::Identifier>& theirs);
bool sameMoment(const std::optional<fhir::DateTime>& ours,
                const std::optional<fhir::DateTime>& theirs);
/// Whether each label of `ours` is there still.
bool keepsLabels(const std::optional<fhir::Meta>& ours, const std::optional<fhir::Meta>& theirs);
/// Whether `theirs` refers to each of `ours`.
bool keepsReferences(const std::vector<fhir::Reference>& ours,
                     const std::vector<fhir::Reference>& theirs, const fhir::Url& base);
/// The words without what a server may do to white space: line ends, and both ends of the text.
std::string trimmed(std::string_view text);

/// Throws Error{Conflict} where it is not the same; `what`: "patient".
void requireSameSubject(bool same, const char* what);
/// Throws Error{Conflict} that says that the words are others.
[[noreturn]] void refuseOtherWords();

}  // namespace adapters::compared
