#include "plugin/launch/launched.h"

#include <algorithm>

#include "fhir/base/error.h"
#include "fhir/r4/datatypes.h"

namespace plugin::launch {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::json::Value;
using fhir::smart::ResourceScope;
using fhir::smart::Scopes;

constexpr std::size_t kAppContextBytesMax = 4096;
constexpr std::size_t kTextBytesMax = 2048;

/// The scopes of the user; some EHRs grant the same for the one patient alone, which is enough.
Scopes onlyPatient(Scopes scopes) {
    for (auto& scope : scopes.resources) scope.level = "patient";
    return scopes;
}

void requireScopes(const Scopes& granted) {
    const auto missing = fhir::smart::missingScopes(neededScopes(), granted);
    if (missing.empty()) return;
    if (fhir::smart::missingScopes(onlyPatient(neededScopes()), granted).empty()) return;
    // Each may have come at either level.
    Scopes lacking;
    for (const auto& scope : missing.resources) {
        const Scopes one{{scope}, {}};
        if (!fhir::smart::missingScopes(onlyPatient(one), granted).empty())
            lacking.resources.push_back(scope);
    }
    if (lacking.empty()) return;
    throw Error(ErrorKind::Forbidden,
                "The EHR did not let What Matters read what this page shows. It lacks: " +
                    lacking.text(fhir::smart::ScopeSyntax::V2) +
                    ". The people who look after the EHR can grant it.");
}

std::string idOrNothing(const Value& json, const char* name) {
    auto id = json.findString(name).value_or("");
    if (!id.empty() && !fhir::isId(id)) json.at(name).refuse("is not a FHIR id");
    return id;
}

/// The unit whose worklist is about this Location, nullptr where it is none of ours.
const UnitSettings* unitAt(const ConnectionSettings& connection, const std::string& location) {
    const auto found =
        std::find_if(connection.units.begin(), connection.units.end(),
                     [&](const UnitSettings& unit) { return unit.worklist.location == location; });
    return found == connection.units.end() ? nullptr : &*found;
}

/// fhirContext without a role, or with role "launch", is what the launch is about; others are not
/// understood here and passed over, as SMART asks.
const UnitSettings* unitOf(const Value& json, const ConnectionSettings& connection) {
    for (const auto one : json.findArray("fhirContext")) {
        const auto role = one.findString("role").value_or("launch");
        const auto reference = one.findString("reference");
        if (role != "launch" || !reference) continue;
        if (const auto* unit = unitAt(connection, *reference)) return unit;
    }
    return nullptr;
}

/// What a card's link had us told (CDS Hooks 2.0, Link: appContext). Text of ours that has been
/// through other hands: what it names is looked up, and anything else is passed over.
std::string stepOf(const Value& json) {
    const auto text = json.findString("appContext").value_or("");
    if (text.empty() || text.size() > kAppContextBytesMax || !text.starts_with('{')) return {};
    try {
        const auto document = fhir::json::Document::parse(text);
        return document.root().findString("step") == "ask" ? "ask" : "";
    } catch (const Error&) {
        return {};  // somebody else's: the page opens at its beginning
    }
}

Launched read(const Value& json, const ConnectionSettings& connection) {
    Launched launched;
    auto& context = launched.context;
    context.connection = connection.id;
    context.patient = idOrNothing(json, "patient");
    context.encounter = idOrNothing(json, "encounter");
    // Where the EHR does not say that it draws a banner, we do: it is never wrong to see who it is.
    context.needPatientBanner = json.findBoolean("need_patient_banner").value_or(true);
    context.step = stepOf(json);
    if (context.patient.empty()) {
        const auto* unit = unitOf(json, connection);
        if (unit == nullptr)
            throw Error(ErrorKind::BadReply,
                        "The EHR opened What Matters without saying for which patient. Open a "
                        "patient's chart first, and What Matters from there.");
        context.view = sessions::Context::View::Ward;
        context.unit = unit->id;
        context.encounter.clear();
    }
    launched.styleUrl = json.findString("smart_style_url").value_or("");
    launched.tenant = json.findString("tenant").value_or("");
    if (launched.styleUrl.size() > kTextBytesMax) launched.styleUrl.clear();
    if (launched.tenant.size() > kTextBytesMax) json.at("tenant").refuse("is too long");
    return launched;
}

}  // namespace

Scopes neededScopes() {
    return {{{"user", "Patient", ResourceScope::kRead, ""},
             {"user", "Encounter", ResourceScope::kRead, ""},
             {"user", "Observation", ResourceScope::kRead | ResourceScope::kSearch, ""}},
            {}};
}

Scopes askedScopes(const LaunchSettings& launch, const std::vector<std::string>& supported) {
    if (!launch.scopes.empty()) {
        std::string text;
        for (const auto& scope : launch.scopes) text += (text.empty() ? "" : " ") + scope;
        return Scopes::parse(text);
    }
    auto scopes = neededScopes();
    scopes.resources.push_back({"user", "Practitioner", ResourceScope::kRead, ""});
    scopes.others = {"launch", "openid", "fhirUser"};
    // Lasts as long as the user is signed in to the EHR, and no longer.
    if (std::find(supported.begin(), supported.end(), "online_access") != supported.end())
        scopes.others.push_back("online_access");
    return scopes;
}

Launched readLaunch(const fhir::smart::TokenResponse& response,
                    const ConnectionSettings& connection) {
    requireScopes(response.scopes);
    try {
        return read(response.document.root(), connection);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        throw Error(ErrorKind::BadReply,
                    "What the EHR said about this launch cannot be read: " + error.path() + " " +
                        error.what(),
                    error.path());
    }
}

}  // namespace plugin::launch
