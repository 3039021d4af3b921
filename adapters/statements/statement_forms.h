#pragma once

#include <optional>

#include "adapters/profile/profile.h"
#include "fhir/r4/communication.h"
#include "fhir/r4/document_reference.h"
#include "fhir/r4/observation.h"
#include "fhir/r4/questionnaire_response.h"
#include "fhir/r4/task.h"

namespace adapters {

/// Statements that are in the chart in another form, as the Observation that they stand for: so
/// that whoever reads what matters finds it, whichever route wrote it. `derivedFrom` names what it
/// was read from, and where our identifier is gone the id is that resource's type and id.

/// A value of the site's flowsheet row; nullopt for any other Observation.
std::optional<fhir::Observation> fromFlowsheet(fhir::Observation observation,
                                               const Profile& profile);
/// The answer to the site's question, whoever gave it; nullopt where there is none.
std::optional<fhir::Observation> fromQuestionnaire(const fhir::QuestionnaireResponse& response,
                                                   const Profile& profile);
/// A page that we made, of these bytes; nullopt for any other document: what others write in notes
/// is theirs to show.
std::optional<fhir::Observation> fromDocument(const fhir::DocumentReference& document,
                                              const std::string& page);
/// A message whose text we made; nullopt for any other, which is somebody's letter.
std::optional<fhir::Observation> fromMessage(const fhir::Communication& message);
/// A task whose code is a statement's; nullopt for any other.
std::optional<fhir::Observation> fromTask(const fhir::Task& task);

}  // namespace adapters
