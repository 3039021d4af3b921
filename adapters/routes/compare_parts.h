#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/r4/datatypes.h"
#include "fhir/r4/server_address.h"

/// What the comparisons of all resource types share.
namespace adapters::compared {

/// Collects the differences as one text.
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
                   const fhir::ServerAddress& server);
/// True if `ours` is absent: what we did not write cannot be lost.
bool sameReference(const std::optional<fhir::Reference>& ours,
                   const std::optional<fhir::Reference>& theirs, const fhir::ServerAddress& server);

/// Whether `theirs` has the first identifier of `ours`; true if `ours` has none.
bool keepsIdentifier(const std::vector<fhir::Identifier>& ours,
                     const std::vector<fhir::Identifier>& theirs);
bool sameMoment(const std::optional<fhir::DateTime>& ours,
                const std::optional<fhir::DateTime>& theirs);
/// Whether `theirs` has each security label of `ours`.
bool keepsLabels(const std::optional<fhir::Meta>& ours, const std::optional<fhir::Meta>& theirs);
/// Whether `theirs` refers to each of `ours`.
bool keepsReferences(const std::vector<fhir::Reference>& ours,
                     const std::vector<fhir::Reference>& theirs, const fhir::ServerAddress& server);
/// The words with the white space that a server may change made equal: line ends become LF, and
/// both ends of the text are trimmed.
std::string trimmed(std::string_view text);

/// Throws Error{Conflict} if `same` is false; `what`: "patient".
void requireSameSubject(bool same, const char* what);
/// Throws Error{Conflict} that says that the words differ.
[[noreturn]] void refuseOtherWords();

}  // namespace adapters::compared
