#include "fhir/r4/flag.h"

#include "fhir/base/error.h"

namespace fhir {

Flag Flag::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.id = readHeader(json, resourceType),
            .meta = readMeta(json, wanted),
            .identifier = wanted.all<Identifier>(json, "identifier"),
            .status = json.at("status").string(),
            .category = wanted.all<CodeableConcept>(json, "category"),
            .code = CodeableConcept::fromJson(json.at("code"), wanted),
            .subject = Reference::fromJson(json.at("subject"), wanted),
            .period = wanted.find<Period>(json, "period"),
            .encounter = wanted.find<Reference>(json, "encounter"),
            .author = wanted.find<Reference>(json, "author")};
}

void Flag::toJson(json::Writer& writer) const {
    if (const auto type = subject.resourceType();
        type != "Organization" && type != "Group" && type != "Location")
        throw Error(ErrorKind::InvalidInput,
                    "must be an Organization, a Group or a Location: a flag of ours is about a "
                    "team, never about a person",
                    "/subject");
    if (encounter)
        throw Error(ErrorKind::InvalidInput,
                    "must not be there: an encounter is a patient's, and a flag of ours is about "
                    "a team",
                    "/encounter");
    writer.beginObject().member("resourceType", resourceType).member("id", id);
    writeObject(writer, "meta", meta);
    writeArray(writer, "identifier", identifier);
    writeRequired(writer, "status", status);
    writeArray(writer, "category", category);
    writeRequired(writer, "code", code);
    writeRequired(writer, "subject", subject);
    writeObject(writer, "period", period);
    writeObject(writer, "author", author);
    writer.endObject();
}

}  // namespace fhir
