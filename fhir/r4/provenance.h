#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// Who made what, when and from what: read from others, and authored by us.
/// https://hl7.org/fhir/R4/provenance.html
struct Provenance {
    static constexpr std::string_view resourceType = "Provenance";

    struct Agent {
        std::optional<CodeableConcept> type;  ///< author, enterer, informant, …
        std::vector<CodeableConcept> role;
        Reference who;
        std::optional<Reference> onBehalfOf;

        static Agent fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        bool operator==(const Agent&) const = default;
        void toJson(json::Writer& writer) const;
    };
    struct Entity {
        std::string role;  ///< derivation | revision | quotation | source | removal
        Reference what;

        static Entity fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        bool operator==(const Entity&) const = default;
        void toJson(json::Writer& writer) const;
    };

    std::string id;
    std::optional<Meta> meta;
    std::vector<Reference> target;
    std::optional<DateTime> occurredDateTime;  ///< of an occurredPeriod, its start
    std::optional<DateTime> recorded;          ///< an instant; required in what we author
    std::vector<std::string> policy;
    std::optional<Reference> location;
    std::vector<CodeableConcept> reason;
    std::optional<CodeableConcept> activity;
    std::vector<Agent> agent;
    std::vector<Entity> entity;

    static Provenance fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    bool operator==(const Provenance&) const = default;
    /// Throws Error{InvalidInput} if the target, the agents, an agent's `who` or `recorded` is
    /// missing.
    void toJson(json::Writer& writer) const;
};

}  // namespace fhir
