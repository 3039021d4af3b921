#include "fhir/r4/goal.h"

namespace fhir {

Goal::Target Goal::Target::fromJson(const json::Value& json) {
    return {.measure = findConcept(json, "measure"),
            .detailString = json.findString("detailString"),
            .dueDate = findDateTime(json, "dueDate")};
}

Goal Goal::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .meta = std::move(header.meta),
            .language = std::move(header.language),
            .identifier = readArray<Identifier>(json, "identifier"),
            .lifecycleStatus = json.at("lifecycleStatus").string(),
            .achievementStatus = findConcept(json, "achievementStatus"),
            .category = readArray<CodeableConcept>(json, "category"),
            .description = CodeableConcept::fromJson(json.at("description")),
            .subject = Reference::fromJson(json.at("subject")),
            .startDate = findDateTime(json, "startDate"),
            .statusDate = findDateTime(json, "statusDate"),
            .target = readParts<Target>(json, "target"),
            .expressedBy = findReference(json, "expressedBy"),
            .note = readArray<Annotation>(json, "note")};
}

}  // namespace fhir
