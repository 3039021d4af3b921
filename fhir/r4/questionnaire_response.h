#pragma once

#include "fhir/r4/typed_value.h"

namespace fhir {

/// Answers to a questionnaire: read from others, and authored by us.
/// https://hl7.org/fhir/R4/questionnaireresponse.html
struct QuestionnaireResponse {
    static constexpr std::string_view resourceType = "QuestionnaireResponse";

    struct Answer;
    struct Item {
        std::string linkId;
        std::vector<Answer> answer;
        std::vector<Item> item;

        /// The nesting depth is bounded by the document's (json::Limits::depthMax).
        static Item fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        bool operator==(const Item&) const = default;
        void toJson(json::Writer& writer) const;
    };
    struct Answer {
        std::optional<TypedValue> value;
        std::vector<Item> item;

        static Answer fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        bool operator==(const Answer&) const = default;
        void toJson(json::Writer& writer) const;
    };

    std::string id;
    std::optional<Meta> meta;
    std::optional<std::string> language;
    std::optional<Identifier> identifier;
    std::optional<std::string> questionnaire;  ///< canonical, with "|version" if it has one
    std::string status;  ///< in-progress | completed | amended | entered-in-error | stopped
    std::optional<Reference> subject, encounter;
    std::optional<DateTime> authored;
    /// Who gave them; `somebody` where that cannot be read.
    std::optional<Reference> source;
    std::vector<Item> item;

    /// The answers of every item with that linkId, at any depth, in their order.
    std::vector<const Answer*> answers(std::string_view linkId) const;
    static QuestionnaireResponse fromJson(const json::Value& json,
                                          json::Wanted& wanted = json::strict());
    bool operator==(const QuestionnaireResponse&) const = default;
    /// Throws Error{InvalidInput} if the status is missing, and for an item without linkId or with
    /// both answers and items (R4, rule qrs-1).
    void toJson(json::Writer& writer) const;
};

}  // namespace fhir
