#pragma once

#include "adapters/routes/route.h"
#include "fhir/r4/communication.h"
#include "fhir/r4/document_reference.h"
#include "fhir/r4/questionnaire_response.h"
#include "fhir/r4/task.h"

namespace adapters {

/// Whether what the server has is what an earlier try of ours wrote, or as good as it.
enum class Likeness {
    Other,      ///< something else
    Same,       ///< it says the same about the same subject at the same moment
    CannotTell  ///< it may be: what would tell was not kept, or is not let to be read
};

/// For servers that do not keep our identifier: tells by what survives. That is the subject, the
/// words, and the moment to the second; of a document our identifier on its page, which is fetched
/// if it is a Binary. Throws Error where the page cannot be had now and may be later.
Likeness likeness(const RouteContext& context, const fhir::Observation& ours,
                  const fhir::Observation& theirs);
Likeness likeness(const RouteContext& context, const fhir::Flag& ours, const fhir::Flag& theirs);
Likeness likeness(const RouteContext& context, const fhir::QuestionnaireResponse& ours,
                  const fhir::QuestionnaireResponse& theirs);
Likeness likeness(const RouteContext& context, const fhir::DocumentReference& ours,
                  const fhir::DocumentReference& theirs);
Likeness likeness(const RouteContext& context, const fhir::Communication& ours,
                  const fhir::Communication& theirs);
Likeness likeness(const RouteContext& context, const fhir::Task& ours, const fhir::Task& theirs);

}  // namespace adapters
