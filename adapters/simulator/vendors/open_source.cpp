#include <charconv>

#include "adapters/simulator/rewrite.h"
#include "adapters/simulator/vendors/vendors.h"

// OpenEMR, OpenMRS, Medplum: vendor facts, sections 10, 11 and 12.
namespace adapters::simulator::vendors {
namespace {

using fhir::http::Request;
using fhir::http::Response;
using fhir::json::Value;
using fhir::json::Writer;

const NameList kReadSearch{"read", "search-type"};
const NameList kAll{"read", "search-type", "create", "update"};

TypeRules freely(std::string_view type, NameList parameters) {
    return {.type = type, .interactions = kReadSearch, .parameters = std::move(parameters)};
}

TypeRules ofPatient(std::string_view type, NameList parameters) {
    auto rules = freely(type, std::move(parameters));
    rules.needs = {{"_id"}, {"patient"}};
    return rules;
}

/// 11: the code must be that of a Concept; the made-up site has one for what matters, beside the
/// vital signs (C, H).
void writeOpenmrsObservation(const Attempt& attempt) {
    const auto& code = attempt.body.at("code");
    if (!hasCode(code, "95541-9", "http://loinc.org") && !isVitalSign(code))
        refuse(400, "no concept could be found for the code", "Observation.code");
    require(attempt.body, 400, {"subject", "effectiveDateTime"});
}

/// 11: the category follows from the concept's class and is not kept (C, H).
std::string keepOpenmrsObservation(const Value& body, fhir::Instant) {
    return rewritten(body, [](Writer& writer, std::string_view name, const Value&) {
        if (name != "category") return false;
        writer.key(name).beginArray().beginObject().key("coding").beginArray().beginObject();
        writer.member("system", "http://terminology.hl7.org/CodeSystem/observation-category");
        writer.member("code", "exam").endObject().endArray().endObject().endArray();
        return true;
    });
}

/// 12: how much is left of what may be asked in a minute (V, H).
void finishMedplum(const Request&, Response& response) {
    response.headers.set("RateLimit", R"("requests";r=59999;t=60)");
}

}  // namespace

Behaviour openemr() {
    Behaviour behaviour{.vendor = "openemr"};
    // Observation is read alone, also by released versions (V, H); no Flag (V, H).
    behaviour.types = {
        ofPatient("Encounter", {"patient", "date", "_lastUpdated"}),
        ofPatient("Observation", {"patient", "category", "code", "date", "_lastUpdated"}),
        ofPatient("DocumentReference", {"patient", "category", "type", "date"}),
        ofPatient("RelatedPerson", {"patient"}),
        ofPatient("Appointment", {"patient", "date"}),
        {.type = "Group", .interactions = {}, .parameters = {}},  // to be exported
        freely("Patient", {"identifier", "name", "_lastUpdated"}),
        freely("Location", {"name"}),
        freely("Organization", {"name"}),
        freely("Practitioner", {"name"}),
        freely("Questionnaire", {}),
        ofPatient("QuestionnaireResponse", {"patient"}),
    };
    behaviour.conditionalCreate = ConditionalCreate::Ignored;
    behaviour.bulk = {.levels = {"Group", "Patient", "system"}};  // (V, H)
    behaviour.id = uuidFor;
    return behaviour;
}

Behaviour openmrs() {
    Behaviour behaviour{.vendor = "openmrs"};
    // No status and no class on Encounter; no Flag, List, Communication, DocumentReference or
    // answers; Task and Group are there (C, H).
    behaviour.types = {
        {.type = "Encounter",
         .interactions = kAll,
         .parameters = {"patient", "subject", "date", "location", "participant", "type",
                        "_lastUpdated"},
         .includes = {"location", "patient", "participant"}},
        {.type = "Observation",
         .interactions = kAll,
         .parameters = {"patient", "subject", "encounter", "code", "category", "date",
                        "_lastUpdated"},
         .write = writeOpenmrsObservation,
         .keep = keepOpenmrsObservation},
        {.type = "Task",
         .interactions = kAll,
         .parameters = {"owner", "status", "subject", "_lastUpdated"}},
        freely("Group", {"member"}),
        freely("Patient", {"identifier", "name", "_lastUpdated"}),
        freely("Location", {"partof", "name", "_lastUpdated"}),
        freely("Practitioner", {"identifier", "name"}),
        freely("RelatedPerson", {"patient"}),
    };
    // Encounters are not written through this server: the ward's are there.
    behaviour.types.front().interactions = kReadSearch;
    behaviour.conditionalCreate = ConditionalCreate::Ignored;  // none seen
    behaviour.relaxedBody = true;
    behaviour.paging = {.atType = false, .standard = 10, .most = 100};  // (C, H)
    behaviour.tokens.methods = {};  // HTTP Basic or a session (G)
    behaviour.id = uuidFor;
    return behaviour;
}

Behaviour medplum() {
    Behaviour behaviour{.vendor = "medplum"};
    behaviour.bulk = {.levels = {"Group", "Patient", "system"}};
    behaviour.typedReferencesOnly = true;
    behaviour.id = uuidFor;
    behaviour.finish = finishMedplum;
    return behaviour;
}

}  // namespace adapters::simulator::vendors
