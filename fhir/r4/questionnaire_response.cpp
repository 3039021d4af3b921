#include "fhir/r4/questionnaire_response.h"

namespace fhir {

using Item = QuestionnaireResponse::Item;
using Answer = QuestionnaireResponse::Answer;

namespace {

void gather(const std::vector<Item>& items, std::string_view linkId,
            std::vector<const Answer*>& found) {
    for (const auto& item : items) {
        for (const auto& answer : item.answer) {
            if (item.linkId == linkId) found.push_back(&answer);
            gather(answer.item, linkId, found);
        }
        gather(item.item, linkId, found);
    }
}

}  // namespace

Item Item::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.linkId = json.at("linkId").string(),
            .answer = readParts<Answer>(json, "answer", wanted),
            .item = readParts<Item>(json, "item", wanted)};
}

void Item::toJson(json::Writer& writer) const {
    if (!answer.empty() && !item.empty())
        throw Error(ErrorKind::InvalidInput,
                    "holds answers and items; items of an answer belong inside it", "/item");
    writer.beginObject();
    writeRequired(writer, "linkId", linkId);
    writeArray(writer, "answer", answer);
    writeArray(writer, "item", item);
    writer.endObject();
}

Answer Answer::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.value = TypedValue::find(json, "value", wanted),
            .item = readParts<Item>(json, "item", wanted)};
}

void Answer::toJson(json::Writer& writer) const {
    writer.beginObject();
    if (value) value->write(writer, "value");
    writeArray(writer, "item", item);
    writer.endObject();
}

std::vector<const Answer*> QuestionnaireResponse::answers(std::string_view linkId) const {
    std::vector<const Answer*> found;
    gather(item, linkId, found);
    return found;
}

QuestionnaireResponse QuestionnaireResponse::fromJson(const json::Value& json,
                                                      json::Wanted& wanted) {
    return {.id = readHeader(json, resourceType),
            .meta = readMeta(json, wanted),
            .language = wanted.string(json, "language"),
            .identifier = wanted.find<Identifier>(json, "identifier"),
            .questionnaire = wanted.string(json, "questionnaire"),
            .status = json.at("status").string(),
            .subject = findNeeded<Reference>(json, "subject", wanted),
            .encounter = wanted.find<Reference>(json, "encounter"),
            .authored = wanted.find<DateTime>(json, "authored"),
            .source = findOr(json, "source", wanted, somebody()),
            .item = readParts<Item>(json, "item", wanted)};
}

void QuestionnaireResponse::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writer.member("language", language);
    writeObject(writer, "identifier", identifier);
    writer.member("questionnaire", questionnaire);
    writeRequired(writer, "status", status);
    writeObject(writer, "subject", subject);
    writeObject(writer, "encounter", encounter);
    writeDateTime(writer, "authored", authored);
    writeObject(writer, "source", source);
    writeArray(writer, "item", item);
    writer.endObject();
}

}  // namespace fhir
