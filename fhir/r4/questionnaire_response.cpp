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

Item Item::fromJson(const json::Value& json) {
    return {.linkId = json.at("linkId").string(),
            .definition = json.findString("definition"),
            .text = json.findString("text"),
            .answer = readParts<Answer>(json, "answer"),
            .item = readParts<Item>(json, "item")};
}

void Item::toJson(json::Writer& writer) const {
    if (!answer.empty() && !item.empty())
        throw Error(ErrorKind::InvalidInput,
                    "holds answers and items; items of an answer belong inside it", "/item");
    writer.beginObject();
    writeRequired(writer, "linkId", linkId);
    writer.member("definition", definition).member("text", text);
    writeArray(writer, "answer", answer);
    writeArray(writer, "item", item);
    writer.endObject();
}

Answer Answer::fromJson(const json::Value& json) {
    return {.value = TypedValue::find(json, "value"), .item = readParts<Item>(json, "item")};
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

QuestionnaireResponse QuestionnaireResponse::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .meta = std::move(header.meta),
            .language = std::move(header.language),
            .identifier = readObject<Identifier>(json, "identifier"),
            .basedOn = readArray<Reference>(json, "basedOn"),
            .partOf = readArray<Reference>(json, "partOf"),
            .questionnaire = json.findString("questionnaire"),
            .status = json.at("status").string(),
            .subject = findReference(json, "subject"),
            .encounter = findReference(json, "encounter"),
            .authored = findDateTime(json, "authored"),
            .author = findReference(json, "author"),
            .source = findReference(json, "source"),
            .item = readParts<Item>(json, "item")};
}

void QuestionnaireResponse::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writer.member("language", language);
    writeObject(writer, "identifier", identifier);
    writeArray(writer, "basedOn", basedOn);
    writeArray(writer, "partOf", partOf);
    writer.member("questionnaire", questionnaire);
    writeRequired(writer, "status", status);
    writeObject(writer, "subject", subject);
    writeObject(writer, "encounter", encounter);
    writeDateTime(writer, "authored", authored);
    writeObject(writer, "author", author);
    writeObject(writer, "source", source);
    writeArray(writer, "item", item);
    writer.endObject();
}

}  // namespace fhir
