#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of Appointment that the product reads.
/// https://hl7.org/fhir/R4/appointment.html
struct Appointment {
    static constexpr std::string_view resourceType = "Appointment";

    struct Participant {
        std::vector<CodeableConcept> type;
        std::optional<Reference> actor;  ///< Patient, Practitioner, Location, …
        std::string status;              ///< accepted | declined | tentative | needs-action

        static Participant fromJson(const json::Value& json);
    };

    std::string id;
    std::vector<Identifier> identifier;
    std::string status;  ///< proposed | pending | booked | arrived | fulfilled | cancelled | …
    std::vector<CodeableConcept> serviceType;
    std::optional<CodeableConcept> appointmentType;
    std::optional<std::string> description;
    std::optional<DateTime> start, end;
    std::vector<Participant> participant;

    /// The first participant whose reference names that type; nullptr if there is none.
    const Participant* find(std::string_view type) const;
    static Appointment fromJson(const json::Value& json);
};

}  // namespace fhir
