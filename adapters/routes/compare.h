#pragma once

#include <string>

#include "fhir/r4/communication.h"
#include "fhir/r4/document_reference.h"
#include "fhir/r4/flag.h"
#include "fhir/r4/observation.h"
#include "fhir/r4/questionnaire_response.h"
#include "fhir/r4/server_address.h"
#include "fhir/r4/task.h"

namespace adapters {

/// Compares by meaning what we wrote (`ours`) with what the server has (`theirs`): added codings,
/// displays, texts and meta are allowed. Returns, in a sentence, what the server left out or
/// changed; "" if nothing. Throws Error{Conflict} if `theirs` says something else: another subject,
/// other words, or (but for flags) only one of the two is entered in error. `server`: what
/// the references of `theirs` mean.
std::string compare(const fhir::Observation& ours, const fhir::Observation& theirs,
                    const fhir::ServerAddress& server);
std::string compare(const fhir::Flag& ours, const fhir::Flag& theirs,
                    const fhir::ServerAddress& server);
std::string compare(const fhir::QuestionnaireResponse& ours,
                    const fhir::QuestionnaireResponse& theirs, const fhir::ServerAddress& server);
/// The layout of the text may change; the words must be in it. If the server has moved the text
/// elsewhere (a URL) or keeps it as something that is no text, the result says so, and the words
/// are not compared.
std::string compare(const fhir::DocumentReference& ours, const fhir::DocumentReference& theirs,
                    const fhir::ServerAddress& server);
std::string compare(const fhir::Communication& ours, const fhir::Communication& theirs,
                    const fhir::ServerAddress& server);
std::string compare(const fhir::Task& ours, const fhir::Task& theirs,
                    const fhir::ServerAddress& server);

}  // namespace adapters
