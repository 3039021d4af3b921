#pragma once

#include <string>

#include "fhir/base/url.h"
#include "fhir/r4/communication.h"
#include "fhir/r4/document_reference.h"
#include "fhir/r4/flag.h"
#include "fhir/r4/observation.h"
#include "fhir/r4/questionnaire_response.h"
#include "fhir/r4/task.h"

namespace adapters {

/// Compares by meaning what was written with what is there: added codings, displays, texts and
/// meta are allowed. Returns, in a sentence, what the server left out or changed; "" where
/// nothing. Throws Error{Conflict} where it now says something else: about another subject, with
/// other words, or retracted where ours is not (and the other way round). `base`: the server's FHIR
/// base, against which its references are read.
std::string compare(const fhir::Observation& ours, const fhir::Observation& theirs,
                    const fhir::Url& base);
std::string compare(const fhir::Flag& ours, const fhir::Flag& theirs, const fhir::Url& base);
std::string compare(const fhir::QuestionnaireResponse& ours,
                    const fhir::QuestionnaireResponse& theirs, const fhir::Url& base);
/// A page of text may be laid out anew; the words must be in it. Where the server keeps the page
/// elsewhere (a URL), that is said, and the words are not compared.
std::string compare(const fhir::DocumentReference& ours, const fhir::DocumentReference& theirs,
                    const fhir::Url& base);
std::string compare(const fhir::Communication& ours, const fhir::Communication& theirs,
                    const fhir::Url& base);
std::string compare(const fhir::Task& ours, const fhir::Task& theirs, const fhir::Url& base);

/// Whether `theirs` says the same of the same subject at the same moment, for servers that do not
/// keep our identifier: then it is ours, or makes ours superfluous.
template <class Resource>
bool saysTheSame(const Resource& ours, const Resource& theirs, const fhir::Url& base);

}  // namespace adapters
