#include "adapters/routes/questionnaire_response.h"

#include "adapters/routes/create_once.h"
#include "adapters/routes/statement_text.h"
#include "fhir/r4/questionnaire_response.h"

namespace adapters {
namespace {

using fhir::QuestionnaireResponse;

/// `source` gave the answers: who spoke. Nobody is named who cannot be referred to.
std::optional<fhir::Reference> sourceOf(const fhir::Observation& statement) {
    for (const auto& performer : statement.performer)
        if (performer.reference) return performer;
    return std::nullopt;
}

QuestionnaireResponse responseOf(const fhir::Observation& statement,
                                 const Profile::Questionnaire& questionnaire) {
    QuestionnaireResponse response;
    response.meta = statement.meta;
    response.language = statement.language;
    response.identifier = statement.identifier.front();
    response.questionnaire = questionnaire.url;
    response.status = "completed";
    response.subject = statement.subject;
    response.encounter = statement.encounter;
    response.authored = statement.effectiveDateTime;
    response.source = sourceOf(statement);
    QuestionnaireResponse::Item item;
    item.linkId = questionnaire.linkId;
    QuestionnaireResponse::Answer answer;
    answer.value = fhir::TypedValue::ofString(*statement.valueString);
    item.answer.push_back(std::move(answer));
    response.item.push_back(std::move(item));
    return response;
}

}  // namespace

std::optional<std::string> QuestionnaireResponseRoute::whyNot(const RouteContext& context,
                                                              const Authored& authored) const {
    if (auto why = whyNoWords(context, authored)) return why;
    const auto& questionnaire = context.profile.questionnaire;
    if (questionnaire.url.empty() || questionnaire.linkId.empty())
        return "The site has named no questionnaire (overrides.questionnaire.url and linkId).";
    return whyNoCreate(context, QuestionnaireResponse::resourceType);
}

Written QuestionnaireResponseRoute::write(const RouteContext& context,
                                          const Authored& authored) const {
    return createOnce(
        context, responseOf(std::get<fhir::Observation>(authored), context.profile.questionnaire));
}

}  // namespace adapters
