#pragma once

#include "fhir/r4/attachment.h"

namespace fhir {

/// A document in the chart: read from others, and authored by us.
/// https://hl7.org/fhir/R4/documentreference.html
struct DocumentReference {
    static constexpr std::string_view resourceType = "DocumentReference";

    struct RelatesTo {
        std::string code;  ///< replaces | transforms | signs | appends
        Reference target;

        static RelatesTo fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        bool operator==(const RelatesTo&) const = default;
        void toJson(json::Writer& writer) const;
    };
    struct Content {
        Attachment attachment;

        static Content fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        bool operator==(const Content&) const = default;
        void toJson(json::Writer& writer) const;
    };
    struct Context {
        std::vector<Reference> encounter;
        std::optional<Period> period;

        static Context fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        bool operator==(const Context&) const = default;
        void toJson(json::Writer& writer) const;
    };

    std::string id;
    std::optional<Meta> meta;
    std::optional<std::string> language;
    std::vector<Identifier> identifier;
    std::string status;                    ///< current | superseded | entered-in-error
    std::optional<std::string> docStatus;  ///< preliminary | final | amended | entered-in-error
    std::optional<CodeableConcept> type;
    std::vector<CodeableConcept> category;
    std::optional<Reference> subject;
    std::optional<DateTime> date;  ///< an instant: when this reference was made
    std::vector<Reference> author;
    std::vector<RelatesTo> relatesTo;
    std::optional<std::string> description;
    std::vector<CodeableConcept> securityLabel;
    std::vector<Content> content;
    std::optional<Context> context;

    static DocumentReference fromJson(const json::Value& json,
                                      json::Wanted& wanted = json::strict());
    bool operator==(const DocumentReference&) const = default;
    /// Throws Error{InvalidInput} if the status or the content is missing, or content has no
    /// attachment.
    void toJson(json::Writer& writer) const;
};

}  // namespace fhir
