#include <algorithm>

#include "adapters/routes/compare.h"
#include "adapters/routes/compare_parts.h"
#include "adapters/routes/document_page.h"
#include "adapters/routes/statement_text.h"
#include "fhir/base/base64.h"
#include "fhir/base/error.h"

namespace adapters {
namespace {

using namespace compared;
using fhir::Communication;
using fhir::DocumentReference;
using fhir::Error;
using fhir::ErrorKind;
using fhir::QuestionnaireResponse;
using fhir::Task;

void requireSameRetraction(const std::string& ours, const std::string& theirs) {
    if ((ours == kEnteredInError) != (theirs == kEnteredInError))
        throw Error(ErrorKind::Conflict,
                    "the EHR holds it, but whether it was entered in error differs");
}

/// nullopt where an answer is something else than words, which we never write.
std::optional<std::string> answerOf(const QuestionnaireResponse& response,
                                    const std::string& linkId) {
    try {
        return trimmed(answeredWords(response, linkId));
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        return std::nullopt;
    }
}

std::string textOf(const Communication& message) {
    std::string text;
    for (const auto& payload : message.payload) {
        if (const auto* words = payload.content.text()) text += *words;
        if (const auto* file = std::get_if<fhir::Attachment>(&payload.content.value))
            text += fhir::decodeBase64(file->data.value_or("")).value_or("");
    }
    return text;
}

/// What must never be compared away: a message or task about a team that has got a patient.
template <class Reference>
void requireNoNewSubject(const Reference& ours, const Reference& theirs) {
    requireSameSubject(ours || !theirs, "subject");
}

}  // namespace

std::string compare(const QuestionnaireResponse& ours, const QuestionnaireResponse& theirs,
                    const fhir::ServerAddress& server) {
    requireSameSubject(theirs.subject && sameReference(ours.subject, theirs.subject, server),
                       "patient");
    for (const auto& item : ours.item)
        if (answerOf(ours, item.linkId) != answerOf(theirs, item.linkId)) refuseOtherWords();
    requireSameRetraction(ours.status, theirs.status);
    Differences differences;
    differences.note(ours.status == theirs.status, "the status");
    differences.note(ours.questionnaire == theirs.questionnaire, "the questionnaire");
    differences.note(!ours.language || ours.language == theirs.language,
                     "the language of the words");
    differences.note(sameMoment(ours.authored, theirs.authored), "when it was said");
    differences.note(sameReference(ours.source, theirs.source, server), "who said it");
    differences.note(sameReference(ours.encounter, theirs.encounter, server), "the encounter");
    differences.note(keepsLabels(ours.meta, theirs.meta), "who may see it (security label)");
    differences.note(theirs.identifier && keepsIdentifier({*ours.identifier}, {*theirs.identifier}),
                     "our identifier");
    return differences.take();
}

std::string compare(const DocumentReference& ours, const DocumentReference& theirs,
                    const fhir::ServerAddress& server) {
    requireSameSubject(theirs.subject && sameReference(ours.subject, theirs.subject, server),
                       "patient");
    const auto page = insidePage(theirs);
    if (page && canBeSearched(*page) && !holdsWords(page->text, page->contentType, wordsIn(ours)))
        refuseOtherWords();
    requireSameRetraction(ours.status, theirs.status);
    Differences differences;
    differences.note(ours.status == theirs.status, "the status");
    differences.note(!ours.docStatus || ours.docStatus == theirs.docStatus,
                     "the status of the document");
    differences.note(keepsReferences(ours.author, theirs.author, server), "the author");
    const bool sameEncounter =
        !ours.context || (theirs.context && keepsReferences(ours.context->encounter,
                                                            theirs.context->encounter, server));
    differences.note(sameEncounter, "the encounter");
    differences.note(keepsLabels(ours.meta, theirs.meta), "who may see it (security label)");
    differences.note(keepsIdentifier(ours.identifier, theirs.identifier), "our identifier");
    auto text = differences.take();
    if (!page || !canBeSearched(*page))
        text += std::string(text.empty() ? "" : "; ") +
                "the EHR keeps the page elsewhere, so its words were not compared";
    return text;
}

std::string compare(const Communication& ours, const Communication& theirs,
                    const fhir::ServerAddress& server) {
    requireNoNewSubject(ours.subject, theirs.subject);
    requireSameSubject(sameReference(ours.subject, theirs.subject, server), "patient");
    if (!holdsWords(textOf(theirs), "text/plain", textOf(ours))) refuseOtherWords();
    requireSameRetraction(ours.status, theirs.status);
    Differences differences;
    differences.note(ours.status == theirs.status, "the status");
    differences.note(keepsReferences(ours.recipient, theirs.recipient, server), "who gets it");
    differences.note(sameReference(ours.encounter, theirs.encounter, server), "the encounter");
    differences.note(keepsLabels(ours.meta, theirs.meta), "who may see it (security label)");
    differences.note(keepsIdentifier(ours.identifier, theirs.identifier), "our identifier");
    return differences.take();
}

std::string compare(const Task& ours, const Task& theirs, const fhir::ServerAddress& server) {
    requireNoNewSubject(ours.taskFor, theirs.taskFor);
    requireSameSubject(sameReference(ours.taskFor, theirs.taskFor, server), "patient");
    if (trimmed(ours.description.value_or("")) != trimmed(theirs.description.value_or("")))
        refuseOtherWords();
    requireSameRetraction(ours.status, theirs.status);
    Differences differences;
    differences.note(sameReference(ours.owner, theirs.owner, server), "whose task it is");
    differences.note(sameMoment(ours.authoredOn, theirs.authoredOn), "when it was said");
    differences.note(sameReference(ours.encounter, theirs.encounter, server), "the encounter");
    differences.note(keepsLabels(ours.meta, theirs.meta), "who may see it (security label)");
    differences.note(keepsIdentifier(ours.identifier, theirs.identifier), "our identifier");
    return differences.take();
}

}  // namespace adapters
