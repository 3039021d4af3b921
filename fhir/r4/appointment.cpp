#include "fhir/r4/appointment.h"

#include <algorithm>

namespace fhir {

Appointment::Participant Appointment::Participant::fromJson(const json::Value& json) {
    return {.type = readArray<CodeableConcept>(json, "type"),
            .actor = findReference(json, "actor"),
            .status = json.findString("status").value_or("needs-action")};
}

const Appointment::Participant* Appointment::find(std::string_view type) const {
    const auto found = std::find_if(participant.begin(), participant.end(), [&](const auto& one) {
        return one.actor && one.actor->resourceType() == type;
    });
    return found == participant.end() ? nullptr : &*found;
}

Appointment Appointment::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .identifier = readArray<Identifier>(json, "identifier"),
            .status = json.at("status").string(),
            .serviceType = readArray<CodeableConcept>(json, "serviceType"),
            .appointmentType = findConcept(json, "appointmentType"),
            .description = json.findString("description"),
            .start = findDateTime(json, "start"),
            .end = findDateTime(json, "end"),
            .participant = readParts<Participant>(json, "participant")};
}

}  // namespace fhir
