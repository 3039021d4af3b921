#pragma once

#include "fhir/r4/typed_value.h"

namespace fhir {

/// Who did what to whose data: authored by us, in the shapes of IHE Basic Audit Log Patterns
/// (https://profiles.ihe.net/ITI/BALP), and read back.
/// https://hl7.org/fhir/R4/auditevent.html
struct AuditEvent {
    static constexpr std::string_view resourceType = "AuditEvent";

    struct Network {
        std::optional<std::string> address;
        std::optional<std::string> type;  ///< 1 name, 2 IP address, 3 telephone, 4 e-mail, 5 URI

        static Network fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        void toJson(json::Writer& writer) const;
    };
    struct Agent {
        std::optional<CodeableConcept> type;
        std::vector<CodeableConcept> role;
        std::optional<Reference> who;
        std::optional<std::string> altId, name;
        bool requestor = false;
        std::optional<Reference> location;
        std::vector<std::string> policy;  ///< with OAuth, the token's `jti`
        std::optional<Network> network;
        std::vector<CodeableConcept> purposeOfUse;

        static Agent fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        void toJson(json::Writer& writer) const;
    };
    struct Source {
        std::optional<std::string> site;
        Reference observer;
        std::vector<Coding> type;

        static Source fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        void toJson(json::Writer& writer) const;
    };
    struct Detail {
        std::string type;
        TypedValue value;  ///< String or Base64Binary

        static Detail fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        void toJson(json::Writer& writer) const;
    };
    struct Entity {
        std::optional<Reference> what;
        std::optional<Coding> type, role, lifecycle;
        std::vector<Coding> securityLabel;
        std::optional<std::string> name, description;
        std::optional<std::string> query;  ///< base64; never together with a name (R4, rule sev-1)
        std::vector<Detail> detail;

        static Entity fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        void toJson(json::Writer& writer) const;
    };

    std::string id;
    std::optional<Meta> meta;
    Coding type;
    std::vector<Coding> subtype;
    std::optional<std::string> action;  ///< C | R | U | D | E
    std::optional<Period> period;
    std::optional<DateTime> recorded;    ///< an instant; required in what we author
    std::optional<std::string> outcome;  ///< 0 success, 4 minor, 8 serious, 12 major failure
    std::optional<std::string> outcomeDesc;
    std::vector<CodeableConcept> purposeOfEvent;
    std::vector<Agent> agent;
    Source source;
    std::vector<Entity> entity;

    static AuditEvent fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    /// Throws Error{InvalidInput} if the type, `recorded`, the agents or `source.observer` are
    /// missing, and for an entity with both a name and a query.
    void toJson(json::Writer& writer) const;
};

}  // namespace fhir
