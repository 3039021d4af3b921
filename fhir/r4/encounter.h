#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of Encounter that the product reads. https://hl7.org/fhir/R4/encounter.html
struct Encounter {
    static constexpr std::string_view resourceType = "Encounter";

    struct Location {
        Reference location;                 ///< display: if absent, the contained Location's name
        std::optional<std::string> status;  ///< planned | active | reserved | completed
        std::optional<Period> period;
        std::optional<CodeableConcept> physicalType{};  ///< room, bed, ward, …
    };
    struct Participant {
        std::vector<CodeableConcept> type;
        std::optional<Period> period;
        std::optional<Reference> individual;

        static Participant fromJson(const json::Value& json);
    };
    struct StatusHistory {
        std::string status;
        Period period;

        static StatusHistory fromJson(const json::Value& json);
    };
    struct ClassHistory {
        Coding encounterClass;
        Period period;

        static ClassHistory fromJson(const json::Value& json);
    };
    struct Hospitalization {
        std::optional<CodeableConcept> admitSource, dischargeDisposition;
        std::optional<Reference> origin, destination;

        static Hospitalization fromJson(const json::Value& json);
    };

    std::string id;
    std::optional<Meta> meta;
    std::vector<Identifier> identifier;
    std::string status;  ///< planned | arrived | triaged | in-progress | onleave | finished | …
    std::vector<StatusHistory> statusHistory{};
    /// `class`, a keyword in C++. Often a local code (vendors.md, section 1.2).
    std::optional<Coding> encounterClass;
    std::vector<ClassHistory> classHistory{};
    std::vector<CodeableConcept> type;
    std::optional<CodeableConcept> serviceType{};
    std::optional<Reference> subject;
    std::vector<Participant> participant{};
    std::vector<Reference> appointment{};
    std::optional<Period> period;
    std::vector<CodeableConcept> reasonCode{};
    std::optional<Hospitalization> hospitalization{};
    std::vector<Location> location;
    std::optional<Reference> serviceProvider{}, partOf{};

    static Encounter fromJson(const json::Value& json);

    /// Where the patient is now: the active location; else the last one that is not completed,
    /// planned or reserved and has no end.
    const Location* currentLocation() const noexcept;
};

}  // namespace fhir
