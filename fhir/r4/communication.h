#pragma once

#include "fhir/r4/typed_value.h"

namespace fhir {

/// A message that was sent: read from others, and authored by us.
/// https://hl7.org/fhir/R4/communication.html
struct Communication {
    static constexpr std::string_view resourceType = "Communication";

    struct Payload {
        TypedValue content;  ///< String, Attachment or Reference

        static Payload fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        bool operator==(const Payload&) const = default;
        void toJson(json::Writer& writer) const;
    };

    std::string id;
    std::optional<Meta> meta;
    std::optional<std::string> language;
    std::vector<Identifier> identifier;
    std::string status;  ///< preparation | in-progress | not-done | completed | …
    std::optional<Reference> subject;
    std::optional<CodeableConcept> topic;
    std::optional<Reference> encounter;
    std::optional<DateTime> sent;
    std::vector<Reference> recipient;
    std::optional<Reference> sender;
    std::vector<Payload> payload;

    static Communication fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    bool operator==(const Communication&) const = default;
    /// Throws Error{InvalidInput} without a status.
    void toJson(json::Writer& writer) const;
};

}  // namespace fhir
