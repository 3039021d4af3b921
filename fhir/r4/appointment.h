#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The elements of Appointment that the product reads.
/// https://hl7.org/fhir/R4/appointment.html
struct Appointment {
    static constexpr std::string_view resourceType = "Appointment";

    struct Participant {
        std::optional<Reference> actor;  ///< Patient, Practitioner, Location, …

        static Participant fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
        bool operator==(const Participant&) const = default;
    };

    std::string id;
    std::string status;  ///< proposed | pending | booked | arrived | fulfilled | cancelled | …
    std::optional<DateTime> start;
    std::vector<Participant> participant;

    /// Throws Error{InvalidInput} if it is no Appointment, or its status or its start cannot be
    /// read.
    static Appointment fromJson(const json::Value& json, json::Wanted& wanted = json::strict());
    bool operator==(const Appointment&) const = default;
};

}  // namespace fhir
