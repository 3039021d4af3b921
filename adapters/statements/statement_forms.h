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

/// A value of the site's flowsheet row; nullopt for any other Observation.
std::optional<fhir::Observation> fromFlowsheet(fhir::Observation observation,
                                               const Profile& profile);
/// The answer to the site's question, whoever gave it; nullopt if there is none.
std::optional<fhir::Observation> fromQuestionnaire(const fhir::QuestionnaireResponse& response,
                                                   const Profile& profile);
/// A document whose text (`page`) we made; nullopt for any other: we do not show other people's
/// notes.
std::optional<fhir::Observation> fromDocument(const fhir::DocumentReference& document,
                                              const std::string& page);
/// A message whose text we made; nullopt for any other, which somebody else wrote.
std::optional<fhir::Observation> fromMessage(const fhir::Communication& message);
/// A task whose code is a statement's; nullopt for any other.
std::optional<fhir::Observation> fromTask(const fhir::Task& task);

}  // namespace adapters
