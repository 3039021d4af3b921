#include "plugin/cds/hook.h"

#include <algorithm>

#include "fhir/base/headers.h"
#include "fhir/r4/datatypes.h"

namespace plugin::cds {
namespace {

using fhir::json::Value;

constexpr const char* kNeeds =
    "An EHR that sends the prefetch or lets this service read its patient's Observations. Cards "
    "link to the page by a SMART launch, for which the page must be registered.";

/// An id that the context gives, with or without its type before it.
std::string idOf(const Value& context, const char* name, std::string_view type) {
    auto text = context.at(name).string();
    const auto prefix = std::string(type) + "/";
    if (text.starts_with(prefix)) text.erase(0, prefix.size());
    if (!fhir::isId(text)) context.at(name).refuse("is not a FHIR id");
    return text;
}

/// The token of fhirAuthorization (CDS Hooks 2.0, Passing the Access Token).
fhir::Secret accessTokenOf(const Value& json, const std::string& patient) {
    const auto token = json.at("access_token");
    if (token.text().empty()) token.refuse("must not be empty");
    const auto isHeader = std::all_of(token.text().begin(), token.text().end(),
                                      [](char c) { return c > 0x20 && c < 0x7f; });
    if (!isHeader) token.refuse("is no bearer token");
    if (!fhir::equalsIgnoringCase(json.at("token_type").text(), "Bearer"))
        json.at("token_type").refuse("must be Bearer");
    // A token for one patient must not fetch what is then shown as another's.
    const auto bound = json.findString("patient");
    if (bound && *bound != patient && *bound != "Patient/" + patient)
        json.at("patient").refuse("is not the patient of the context");
    return fhir::Secret(token.string());
}

}  // namespace

const std::array<ServiceInfo, 3>& services() noexcept {
    static constexpr std::array<ServiceInfo, 3> kServices{{
        {"what-matters", Hook::PatientView, "patient-view", "What matters to this person",
         "Shows what the patient said matters most, in their own words, when and by whom it was "
         "said, and whether it is worth asking again.",
         kNeeds},
        {"what-matters-admission", Hook::EncounterStart, "encounter-start",
         "What matters to this person, at the start of a stay",
         "Shows what the patient said matters most before this stay, and says once to each "
         "clinician where there is a moment to ask.",
         kNeeds},
        {"what-matters-discharge", Hook::EncounterDischarge, "encounter-discharge",
         "What matters to this person, before they leave",
         "Shows what the patient said matters most, to be held against the plan for what comes "
         "after this stay.",
         kNeeds},
    }};
    return kServices;
}

std::optional<int> findService(std::string_view id) noexcept {
    const auto& all = services();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return id == one.id; });
    if (found == all.end()) return std::nullopt;
    return static_cast<int>(found - all.begin());
}

std::string discoveryJson() {
    fhir::json::Writer writer;
    writer.beginObject().key("services").beginArray();
    for (const auto& service : services())
        writer.beginObject()
            .member("hook", service.hookName)
            .member("id", service.id)
            .member("title", service.title)
            .member("description", service.description)
            .member("usageRequirements", service.usageRequirements)
            .key("prefetch")
            .beginObject()
            .member("patient", "Patient/{{context.patientId}}")
            .member("encounter", "Encounter/{{context.encounterId}}")
            .member("statements",
                    "Observation?patient={{context.patientId}}&category=http://hl7.org/fhir/us/"
                    "core/CodeSystem/us-core-category|care-experience-preference")
            .endObject()
            .endObject();
    return writer.endArray().endObject().take();
}

HookCall readHookCall(const ServiceInfo& service, const Value& root) {
    if (root.at("hook").text() != service.hookName)
        root.at("hook").refuse("must be " + std::string(service.hookName) + " for this service");
    if (root.at("hookInstance").text().empty()) root.at("hookInstance").refuse("must not be empty");
    const auto context = root.at("context");
    HookCall call;
    call.hook = service.hook;
    call.user = context.at("userId").string();
    if (call.user.empty()) context.at("userId").refuse("must not be empty");
    call.patient = idOf(context, "patientId", "Patient");
    // Optional while a chart is open: some clients leave the text empty, and not the member out.
    const auto stay = context.find("encounterId");
    const bool isNamed = stay && !(stay->isString() && stay->text().empty());
    if (service.hook != Hook::PatientView || isNamed)
        call.encounter = idOf(context, "encounterId", "Encounter");
    call.fhirServer = root.findString("fhirServer").value_or("");
    if (const auto authorization = root.find("fhirAuthorization")) {
        if (call.fhirServer.empty()) authorization->refuse("needs the fhirServer that it is for");
        call.accessToken = accessTokenOf(*authorization, call.patient);
    }
    return call;
}

}  // namespace plugin::cds
