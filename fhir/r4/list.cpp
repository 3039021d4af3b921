#include "fhir/r4/list.h"

namespace fhir {

List::Entry List::Entry::fromJson(const json::Value& json) {
    return {.item = Reference::fromJson(json.at("item")),
            .deleted = json.findBoolean("deleted").value_or(false),
            .date = findDateTime(json, "date")};
}

List List::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    return {.id = std::move(header.id),
            .status = json.at("status").string(),
            .title = json.findString("title"),
            .mode = json.findString("mode"),
            .code = findConcept(json, "code"),
            .subject = findReference(json, "subject"),
            .source = findReference(json, "source"),
            .date = findDateTime(json, "date"),
            .identifier = readArray<Identifier>(json, "identifier"),
            .entry = readParts<Entry>(json, "entry"),
            .emptyReason = findConcept(json, "emptyReason")};
}

}  // namespace fhir
