#include "adapters/simulator/definitions.h"

#include <algorithm>

namespace adapters::simulator {
namespace {

std::vector<Parameter> with(std::vector<Parameter> own) {
    own.push_back({"_id", Kind::Token, "id"});
    own.push_back({"_lastUpdated", Kind::Date, "meta.lastUpdated"});
    return own;
}

Definition readOnly(std::string_view type, std::vector<Parameter> parameters) {
    Definition definition;
    definition.type = type;
    definition.parameters = with(std::move(parameters));
    return definition;
}

/// What every resource may have at its top level.
std::vector<std::string_view> elements(std::vector<std::string_view> own) {
    own.insert(own.end(), {"resourceType", "id", "meta", "implicitRules", "language", "text",
                           "contained", "extension", "modifierExtension"});
    return own;
}

/// https://hl7.org/fhir/R4/observation.html
Definition observation() {
    Definition definition =
        readOnly("Observation", {{"patient", Kind::Reference, "subject", "Patient"},
                                 {"subject", Kind::Reference, "subject"},
                                 {"encounter", Kind::Reference, "encounter", "Encounter"},
                                 {"code", Kind::Token, "code"},
                                 {"category", Kind::Token, "category"},
                                 {"identifier", Kind::Token, "identifier"},
                                 {"status", Kind::Token, "status"}});
    definition.create = true;
    definition.elements = elements({"identifier",
                                    "basedOn",
                                    "partOf",
                                    "status",
                                    "category",
                                    "code",
                                    "subject",
                                    "focus",
                                    "encounter",
                                    "effectiveDateTime",
                                    "effectivePeriod",
                                    "effectiveTiming",
                                    "effectiveInstant",
                                    "issued",
                                    "performer",
                                    "valueQuantity",
                                    "valueCodeableConcept",
                                    "valueString",
                                    "valueBoolean",
                                    "valueInteger",
                                    "valueRange",
                                    "valueRatio",
                                    "valueSampledData",
                                    "valueTime",
                                    "valueDateTime",
                                    "valuePeriod",
                                    "dataAbsentReason",
                                    "interpretation",
                                    "note",
                                    "bodySite",
                                    "method",
                                    "specimen",
                                    "device",
                                    "referenceRange",
                                    "hasMember",
                                    "derivedFrom",
                                    "component"});
    definition.required = {"status", "code", "subject"};  // subject: as US Core wants it
    definition.statuses = {"registered", "preliminary",      "final",  "amended", "corrected",
                           "cancelled",  "entered-in-error", "unknown"};
    definition.targets = {{"subject", {"Patient", "Group", "Device", "Location"}},
                          {"encounter", {"Encounter"}},
                          {"performer",
                           {"Practitioner", "PractitionerRole", "Organization", "CareTeam",
                            "Patient", "RelatedPerson"}}};
    return definition;
}

/// https://hl7.org/fhir/R4/flag.html
Definition flag() {
    Definition definition = readOnly("Flag", {{"patient", Kind::Reference, "subject", "Patient"},
                                              {"subject", Kind::Reference, "subject"},
                                              {"identifier", Kind::Token, "identifier"},
                                              {"status", Kind::Token, "status"}});
    definition.create = true;
    definition.elements = elements(
        {"identifier", "status", "category", "code", "subject", "period", "encounter", "author"});
    definition.required = {"status", "code", "subject"};
    definition.statuses = {"active", "inactive", "entered-in-error"};
    definition.targets = {
        {"subject",
         {"Patient", "Location", "Group", "Organization", "Practitioner", "PlanDefinition",
          "Medication", "Procedure"}},
        {"encounter", {"Encounter"}},
        {"author", {"Device", "Organization", "Patient", "Practitioner", "PractitionerRole"}}};
    return definition;
}

std::vector<Definition> makeDefinitions() {
    return {readOnly("Encounter", {{"patient", Kind::Reference, "subject", "Patient"},
                                   {"subject", Kind::Reference, "subject"},
                                   {"location", Kind::Reference, "location.location", "Location"},
                                   {"status", Kind::Token, "status"},
                                   {"class", Kind::Token, "class"}}),
            flag(),
            readOnly("Location", {{"partof", Kind::Reference, "partOf", "Location"}}),
            observation(),
            readOnly("Organization", {}),
            readOnly("Patient",
                     {{"identifier", Kind::Token, "identifier"}, {"name", Kind::String, "name"}}),
            readOnly("RelatedPerson", {{"patient", Kind::Reference, "patient", "Patient"}})};
}

}  // namespace

const Parameter* Definition::find(std::string_view name) const noexcept {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const Parameter& one) { return one.name == name; });
    return found == parameters.end() ? nullptr : &*found;
}

std::span<const Definition> definitions() {
    static const std::vector<Definition> table = makeDefinitions();
    return table;
}

const Definition* findDefinition(std::string_view type) noexcept {
    const auto table = definitions();
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const Definition& one) { return one.type == type; });
    return found == table.end() ? nullptr : &*found;
}

}  // namespace adapters::simulator
