#include "fhir/r4/appointment.h"

namespace fhir {

Appointment::Participant Appointment::Participant::fromJson(const json::Value& json,
                                                            json::Wanted& wanted) {
    return {.actor = findNeeded<Reference>(json, "actor", wanted)};
}

Appointment Appointment::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.id = readHeader(json, resourceType),
            .status = json.at("status").string(),
            .start = findNeeded<DateTime>(json, "start", wanted),
            .participant = readParts<Participant>(json, "participant", wanted)};
}

}  // namespace fhir
