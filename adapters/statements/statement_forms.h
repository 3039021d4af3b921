#pragma once

#include <optional>

#include "adapters/profile/profile.h"
#include "fhir/r4/communication.h"
#include "fhir/r4/document_reference.h"
#include "fhir/r4/observation.h"
#include "fhir/r4/questionnaire_response.h"
#include "fhir/r4/task.h"

namespace adapters {

/// Converts statements that are in the chart in another form to the Observation that they stand
/// for, so that readers find them whichever route wrote them. For all but the flowsheet row,
/// `derivedFrom` names the resource, and the Observation's id is that resource's "Type-id".

/// Throws Error{InvalidInput} where a statement says something that cannot be shown: an answer to
/// the question that is no words, or words that may not count. That is no silence.
void requireWords(const fhir::Observation& observation, const fhir::json::Value& resource);
/// A value of the site's flowsheet row; nullopt for any other Observation.
std::optional<fhir::Observation> fromFlowsheet(fhir::Observation observation,
                                               const Profile& profile);
/// Whether a form is the site's questionnaire, in any version.
bool isOnForm(const fhir::QuestionnaireResponse& response, const Profile& profile);
/// The answers to the site's question on a complete form, whoever gave them, all of them in their
/// order; nullopt if there is none. Throws Error{InvalidInput} if one of them is no words.
std::optional<fhir::Observation> fromQuestionnaire(const fhir::QuestionnaireResponse& response,
                                                   const Profile& profile);
/// A document of which we made the text of this content (`page`); nullopt for any other: we do not
/// show other people's notes.
std::optional<fhir::Observation> fromDocument(const fhir::DocumentReference& document,
                                              const fhir::Attachment& attachment,
                                              const std::string& page);
/// A message whose text we made; nullopt for any other, which somebody else wrote.
std::optional<fhir::Observation> fromMessage(const fhir::Communication& message);
/// A task whose code is a statement's; nullopt for any other.
std::optional<fhir::Observation> fromTask(const fhir::Task& task);

}  // namespace adapters
