#include <algorithm>

#include "adapters/simulator/definitions.h"

namespace adapters::simulator {
namespace {

Definition writable(std::string_view type, std::vector<Parameter> parameters,
                    std::vector<std::string_view> elements) {
    // What every resource may have at its top level.
    elements.insert(elements.end(), {"resourceType", "id", "meta", "implicitRules", "language",
                                     "text", "contained", "extension", "modifierExtension"});
    return {.type = type,
            .parameters = withCommonParameters(std::move(parameters)),
            .create = true,
            .update = true,
            .remove = true,
            .elements = std::move(elements)};
}

/// https://hl7.org/fhir/R4/observation.html
Definition observation() {
    auto definition = writable("Observation",
                               {{"patient", Kind::Reference, "subject", "Patient"},
                                {"subject", Kind::Reference, "subject"},
                                {"encounter", Kind::Reference, "encounter", "Encounter"},
                                {"code", Kind::Token, "code"},
                                {"category", Kind::Token, "category"},
                                {"identifier", Kind::Token, "identifier"},
                                {"date", Kind::Date, "effectiveDateTime"},
                                {"status", Kind::Token, "status"}},
                               {"identifier",
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
    auto definition = writable(
        "Flag",
        {{"patient", Kind::Reference, "subject", "Patient"},
         {"subject", Kind::Reference, "subject"},
         {"identifier", Kind::Token, "identifier"},
         {"category", Kind::Token, "category"},
         {"encounter", Kind::Reference, "encounter", "Encounter"},
         {"status", Kind::Token, "status"}},
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

/// https://hl7.org/fhir/R4/documentreference.html
Definition documentReference() {
    auto definition =
        writable("DocumentReference",
                 {{"patient", Kind::Reference, "subject", "Patient"},
                  {"subject", Kind::Reference, "subject"},
                  {"identifier", Kind::Token, "identifier"},
                  {"type", Kind::Token, "type"},
                  {"category", Kind::Token, "category"},
                  {"status", Kind::Token, "status"},
                  {"date", Kind::Date, "date"},
                  {"encounter", Kind::Reference, "context.encounter", "Encounter"}},
                 {"masterIdentifier", "identifier", "status", "docStatus", "type", "category",
                  "subject", "date", "author", "authenticator", "custodian", "relatesTo",
                  "description", "securityLabel", "content", "context"});
    definition.required = {"status", "content"};
    definition.statuses = {"current", "superseded", "entered-in-error"};
    definition.targets = {{"subject", {"Patient", "Practitioner", "Group", "Device"}},
                          {"author",
                           {"Practitioner", "PractitionerRole", "Organization", "Device", "Patient",
                            "RelatedPerson"}}};
    return definition;
}

/// https://hl7.org/fhir/R4/questionnaireresponse.html
Definition questionnaireResponse() {
    auto definition = writable("QuestionnaireResponse",
                               {{"patient", Kind::Reference, "subject", "Patient"},
                                {"subject", Kind::Reference, "subject"},
                                {"identifier", Kind::Token, "identifier"},
                                {"questionnaire", Kind::Token, "questionnaire"},
                                {"status", Kind::Token, "status"},
                                {"authored", Kind::Date, "authored"},
                                {"encounter", Kind::Reference, "encounter", "Encounter"}},
                               {"identifier", "basedOn", "partOf", "questionnaire", "status",
                                "subject", "encounter", "authored", "author", "source", "item"});
    definition.required = {"status"};
    definition.statuses = {"in-progress", "completed", "amended", "entered-in-error", "stopped"};
    definition.targets = {
        {"encounter", {"Encounter"}},
        {"author",
         {"Device", "Practitioner", "PractitionerRole", "Patient", "RelatedPerson",
          "Organization"}},
        {"source", {"Patient", "Practitioner", "PractitionerRole", "RelatedPerson"}}};
    return definition;
}

/// https://hl7.org/fhir/R4/communication.html
Definition communication() {
    auto definition = writable("Communication",
                               {{"patient", Kind::Reference, "subject", "Patient"},
                                {"subject", Kind::Reference, "subject"},
                                {"identifier", Kind::Token, "identifier"},
                                {"category", Kind::Token, "category"},
                                {"status", Kind::Token, "status"},
                                {"recipient", Kind::Reference, "recipient"},
                                {"sender", Kind::Reference, "sender"},
                                {"encounter", Kind::Reference, "encounter", "Encounter"}},
                               {"identifier",
                                "instantiatesCanonical",
                                "instantiatesUri",
                                "basedOn",
                                "partOf",
                                "inResponseTo",
                                "status",
                                "statusReason",
                                "category",
                                "priority",
                                "medium",
                                "subject",
                                "topic",
                                "about",
                                "encounter",
                                "sent",
                                "received",
                                "recipient",
                                "sender",
                                "reasonCode",
                                "reasonReference",
                                "payload",
                                "note"});
    definition.required = {"status"};
    definition.statuses = {"preparation", "in-progress", "not-done",         "on-hold",
                           "stopped",     "completed",   "entered-in-error", "unknown"};
    const std::vector<std::string_view> people{
        "Device",        "Organization", "Patient",  "Practitioner",     "PractitionerRole",
        "RelatedPerson", "Group",        "CareTeam", "HealthcareService"};
    definition.targets = {
        {"subject", {"Patient", "Group"}}, {"recipient", people}, {"sender", people}};
    return definition;
}

/// https://hl7.org/fhir/R4/task.html
Definition task() {
    auto definition = writable("Task",
                               {{"patient", Kind::Reference, "for", "Patient"},
                                {"subject", Kind::Reference, "for"},
                                {"identifier", Kind::Token, "identifier"},
                                {"code", Kind::Token, "code"},
                                {"status", Kind::Token, "status"},
                                {"owner", Kind::Reference, "owner"},
                                {"encounter", Kind::Reference, "encounter", "Encounter"}},
                               {"identifier",
                                "instantiatesCanonical",
                                "instantiatesUri",
                                "basedOn",
                                "groupIdentifier",
                                "partOf",
                                "status",
                                "statusReason",
                                "businessStatus",
                                "intent",
                                "priority",
                                "code",
                                "description",
                                "focus",
                                "for",
                                "encounter",
                                "executionPeriod",
                                "authoredOn",
                                "lastModified",
                                "requester",
                                "performerType",
                                "owner",
                                "location",
                                "reasonCode",
                                "reasonReference",
                                "insurance",
                                "note",
                                "relevantHistory",
                                "restriction",
                                "input",
                                "output"});
    definition.required = {"status", "intent"};
    definition.statuses = {"draft",    "requested", "received",  "accepted",
                           "rejected", "ready",     "cancelled", "in-progress",
                           "on-hold",  "failed",    "completed", "entered-in-error"};
    definition.targets = {{"encounter", {"Encounter"}},
                          {"owner",
                           {"Practitioner", "PractitionerRole", "Organization", "CareTeam",
                            "HealthcareService", "Patient", "Device", "RelatedPerson"}}};
    return definition;
}

/// https://hl7.org/fhir/R4/provenance.html
Definition provenance() {
    auto definition = writable(
        "Provenance",
        {{"patient", Kind::Reference, "target", "Patient"}, {"target", Kind::Reference, "target"}},
        {"target", "occurredPeriod", "occurredDateTime", "recorded", "policy", "location", "reason",
         "activity", "agent", "entity", "signature"});
    definition.required = {"target", "recorded", "agent"};
    return definition;
}

/// https://hl7.org/fhir/R4/subscription.html; what it brings about is in Hooks. It is not changed
/// afterwards: whoever wants another makes another.
Definition subscription() {
    auto definition = writable(
        "Subscription", {{"status", Kind::Token, "status"}, {"criteria", Kind::String, "criteria"}},
        {"status", "contact", "end", "reason", "criteria", "error", "channel"});
    definition.update = false;
    definition.required = {"status", "reason", "criteria", "channel"};
    definition.statuses = {"requested", "active", "error", "off"};
    return definition;
}

}  // namespace

std::vector<Definition> writableDefinitions() {
    return {communication(), documentReference(),     flag(),         observation(),
            provenance(),    questionnaireResponse(), subscription(), task()};
}

}  // namespace adapters::simulator
