#include "adapters/statements/statement_forms.h"

#include "fhir/base/base64.h"

#include "adapters/adapter.h"
#include "adapters/routes/statement_text.h"

namespace adapters {
namespace {

/// As we author it; the aspect is lost on the way, and without one words are taken for the day's:
/// taking a lasting wish for one costs a question.
fhir::CodeableConcept statementCode() {
    return {{{std::string(kLoinc), std::string(kCareExperiencePreference), {}},
             {std::string(kLoinc), std::string(kThingsThatMatterToMe), {}}},
            "What matters to me"};
}

bool isOurs(const std::optional<fhir::Identifier>& identifier) {
    return identifier && identifier->value.value_or("").starts_with("urn:uuid:");
}

fhir::Observation standFor(std::string_view type, const std::string& id,
                           const std::optional<fhir::Reference>& subject) {
    fhir::Observation observation;
    observation.id = std::string(type) + "-" + id;
    observation.status = "final";
    observation.code = statementCode();
    observation.subject = subject;
    observation.derivedFrom = {{std::string(type) + "/" + id, {}, {}}};
    return observation;
}

/// Whether a form is as it was to be: of one that is still written, or was given up, nobody knows
/// what else would have been said.
bool isComplete(std::string_view status) {
    return status == "completed" || status == "amended" || status == "entered-in-error";
}

/// The text of a file that is inside its resource; "" where there is none.
std::string fileText(const fhir::Attachment* file) {
    if (file == nullptr || !file->data) return {};
    return fhir::decodeBase64(*file->data).value_or("");
}

}  // namespace

void requireWords(const fhir::Observation& observation, const fhir::json::Value& resource) {
    if (observation.status == "entered-in-error") return;  // it says nothing any more
    if (observation.status == "unknown")
        resource.at("status").refuse("does not tell whether the words count");
    const bool isAsked = observation.code.has(kLoinc, kCareExperiencePreference) ||
                         observation.code.has(kLoinc, kThingsThatMatterToMe);
    if (!isAsked || observation.valueString) return;
    if (const auto& answer = observation.valueCodeableConcept) {
        if (answer->words().empty())
            resource.at("valueCodeableConcept").refuse("is a code without words");
        return;
    }
    for (const auto [name, value] : resource.object())
        if (name.starts_with("value") && !value.isNull())
            value.refuse("is an answer without words");
    for (const auto part : resource.findArray("component"))
        for (const auto [name, value] : part.object())
            if (name.starts_with("value") && !value.isNull())
                value.refuse("is a part of an answer that is nowhere as a whole");
}

std::optional<fhir::Observation> fromFlowsheet(fhir::Observation observation,
                                               const Profile& profile) {
    const auto& row = profile.flowsheet;
    if (row.code.empty() || isStatement(observation)) return std::nullopt;
    for (const auto& coding : observation.code.coding) {
        if (coding.code != row.code || coding.system.value_or("") != row.system) continue;
        observation.code = statementCode();
        return observation;
    }
    return std::nullopt;
}

bool isOnForm(const fhir::QuestionnaireResponse& response, const Profile& profile) {
    const auto asked = response.questionnaire.value_or("");
    return asked.substr(0, asked.find('|')) == profile.questionnaire.url;
}

std::optional<fhir::Observation> fromQuestionnaire(const fhir::QuestionnaireResponse& response,
                                                   const Profile& profile) {
    if (!isOnForm(response, profile)) return std::nullopt;
    if (!isComplete(response.status)) return std::nullopt;
    auto words = answeredWords(response, profile.questionnaire.linkId);
    if (words.empty()) return std::nullopt;
    auto observation =
        standFor(fhir::QuestionnaireResponse::resourceType, response.id, response.subject);
    if (isOurs(response.identifier)) observation.identifier = {*response.identifier};
    if (response.status == "entered-in-error") observation.status = response.status;
    observation.meta = response.meta;
    observation.language = response.language;
    observation.encounter = response.encounter;
    observation.effectiveDateTime = response.authored;
    if (response.source) observation.performer = {*response.source};
    observation.valueString = std::move(words);
    return observation;
}

std::optional<fhir::Observation> fromDocument(const fhir::DocumentReference& document,
                                              const fhir::Attachment& attachment,
                                              const std::string& page) {
    const auto type = attachment.contentType.value_or("");
    const auto read = readWords(page, type.substr(0, type.find(';')));
    if (!read) return std::nullopt;
    auto observation =
        standFor(fhir::DocumentReference::resourceType, document.id, document.subject);
    observation.identifier = {{{}, std::string(kUriSystem), read->identifier}};
    if (document.status == "entered-in-error") observation.status = document.status;
    observation.meta = document.meta;
    observation.language = attachment.language ? attachment.language : document.language;
    if (document.context && !document.context->encounter.empty())
        observation.encounter = document.context->encounter.front();
    observation.effectiveDateTime = attachment.creation;
    if (!observation.effectiveDateTime && document.context && document.context->period)
        observation.effectiveDateTime = document.context->period->start;
    if (!observation.effectiveDateTime) observation.effectiveDateTime = document.date;
    observation.issued = document.date;
    for (const auto& author : document.author)
        if (author.resourceType() == "Patient" || author.resourceType() == "RelatedPerson")
            observation.performer.push_back(author);
    for (const auto& relation : document.relatesTo)
        if (relation.code == "replaces") observation.replaces.push_back(relation.target);
    observation.valueString = read->words;
    readSaidBy(read->saidBy, observation);
    return observation;
}

std::optional<fhir::Observation> fromMessage(const fhir::Communication& message) {
    std::optional<ReadWords> read;
    for (const auto& payload : message.payload) {
        if (read) break;
        const auto* text = payload.content.text();
        const auto* file = std::get_if<fhir::Attachment>(&payload.content.value);
        read = readWords(text != nullptr ? *text : fileText(file), "text/plain");
    }
    if (!read) return std::nullopt;
    auto observation = standFor(fhir::Communication::resourceType, message.id, message.subject);
    observation.identifier = {{{}, std::string(kUriSystem), read->identifier}};
    if (message.status == "entered-in-error") observation.status = message.status;
    observation.meta = message.meta;
    observation.language = message.language;
    observation.encounter = message.encounter;
    observation.issued = message.sent;
    observation.valueString = read->words;
    readSaidBy(read->saidBy, observation);
    if (!observation.effectiveDateTime) observation.effectiveDateTime = message.sent;
    return observation;
}

std::optional<fhir::Observation> fromTask(const fhir::Task& task) {
    if (!task.code || task.description.value_or("").empty()) return std::nullopt;
    auto observation = standFor(fhir::Task::resourceType, task.id, task.taskFor);
    observation.code = *task.code;
    if (!isStatement(observation)) return std::nullopt;
    for (const auto& identifier : task.identifier)
        if (isOurs(identifier)) observation.identifier = {identifier};
    if (task.status == "entered-in-error") observation.status = task.status;
    observation.meta = task.meta;
    observation.language = task.language;
    observation.encounter = task.encounter;
    observation.effectiveDateTime = task.authoredOn;
    observation.valueString = task.description;
    for (const auto& note : task.note) readSaidBy(note.text, observation);
    return observation;
}

}  // namespace adapters
