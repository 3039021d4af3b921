#include "fhir/r4/patient.h"

#include "fhir/r4/communication_language.h"

namespace fhir {

namespace {

std::optional<bool> interpreter(const json::Value& json) {
    const auto extension =
        findExtension(json, "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired");
    return extension ? extension->findBoolean("valueBoolean") : std::nullopt;
}

}  // namespace

Patient::Link Patient::Link::fromJson(const json::Value& json) {
    return {Reference::fromJson(json.at("other")), json.at("type").string()};
}

Patient::Contact Patient::Contact::fromJson(const json::Value& json) {
    return {.relationship = readArray<CodeableConcept>(json, "relationship"),
            .name = readObject<HumanName>(json, "name"),
            .telecom = readArray<ContactPoint>(json, "telecom"),
            .period = findPeriod(json, "period")};
}

Patient Patient::fromJson(const json::Value& json) {
    auto header = readHeader(json, resourceType);
    auto died = findDateTime(json, "deceasedDateTime");
    const bool deceased = json.findBoolean("deceasedBoolean").value_or(false) || died.has_value();
    return {.id = std::move(header.id),
            .meta = std::move(header.meta),
            .active = json.findBoolean("active"),
            .identifier = readArray<Identifier>(json, "identifier"),
            .name = readArray<HumanName>(json, "name"),
            .telecom = readArray<ContactPoint>(json, "telecom"),
            .gender = json.findString("gender"),
            .birthDate = findDateTime(json, "birthDate"),
            .deceased = deceased,
            .deceasedDateTime = std::move(died),
            .contact = readParts<Contact>(json, "contact"),
            .language = readLanguages(json),
            .interpreterRequired = interpreter(json),
            .generalPractitioner = readArray<Reference>(json, "generalPractitioner"),
            .managingOrganization = findReference(json, "managingOrganization"),
            .link = readParts<Link>(json, "link")};
}

}  // namespace fhir
