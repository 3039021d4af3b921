#include "plugin/launch/launched.h"

#include <algorithm>

#include "fhir/base/error.h"
#include "fhir/base/json_wanted.h"
#include "fhir/base/random.h"
#include "fhir/r4/datatypes.h"
#include "plugin/connections/connections.h"

namespace plugin::launch {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::json::Value;
using fhir::json::Wanted;
using fhir::smart::ResourceScope;
using fhir::smart::Scopes;
using View = sessions::Context::View;

constexpr std::size_t kAppContextBytesMax = 4096;
constexpr std::size_t kTextBytesMax = 2048;
constexpr std::size_t kTenantBytes = 32;

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

/// The id in a hint: bare, or as some EHRs write it, with its type before it ("Patient/p1").
std::string readId(const Value& value, std::string_view type) {
    auto text = value.string();
    if (text.empty() || fhir::isId(text)) return text;
    const auto typed = fhir::parseReference(text);
    if (!typed || typed->type != type) value.refuse("is no id of a resource");
    return typed->id;
}

std::string wantedId(Wanted& wanted, const Value& json, const char* name, std::string_view type) {
    const auto id = wanted.read(json, name, [&](const auto& value) { return readId(value, type); });
    return id.value_or("");
}

std::string wantedText(Wanted& wanted, const Value& json, const char* name) {
    const auto text = wanted.read(json, name, [](const Value& value) {
        if (value.text().size() > kTextBytesMax) value.refuse("is too long");
        return value.string();
    });
    return text.value_or("");
}

bool opens(const UnitSettings& unit, std::string_view what) {
    return unit.worklist.location == what ||
           std::find(unit.opens.begin(), unit.opens.end(), what) != unit.opens.end();
}

/// The unit that this resource opens, nullptr where it is none of ours.
const UnitSettings* unitAt(const ConnectionSettings& connection, const std::string& reference) {
    const auto place = connection.server().find(reference);
    if (!place) return nullptr;
    const auto& units = connection.units;
    const auto found = std::find_if(units.begin(), units.end(), [&](const UnitSettings& unit) {
        return opens(unit, place->text());
    });
    return found == units.end() ? nullptr : &*found;
}

/// The unit that another member of the token response opens: vendors have their own for the
/// department in which the user works.
const UnitSettings* unitOfMember(const Value& json, const ConnectionSettings& connection) {
    for (const auto& unit : connection.units)
        for (const auto& what : unit.opens) {
            const auto mark = what.find('=');
            if (mark == std::string::npos) continue;
            const auto said = json.find(std::string_view(what).substr(0, mark));
            if (said && (said->isString() ? said->string() : said->toJson()) ==
                            std::string_view(what).substr(mark + 1))
                return &unit;
        }
    return nullptr;
}

/// What the launch is about, of one element of fhirContext; "" where that is none of it: it has
/// another role, which is passed over, as SMART asks, or one that cannot be read.
std::string aboutOf(const Value& element) {
    if (element.findString("role").value_or("launch") != "launch") return {};
    return element.findString("reference").value_or("");
}

const UnitSettings* unitOf(Wanted& wanted, const Value& json,
                           const ConnectionSettings& connection) {
    for (const auto& about : wanted.list(json, "fhirContext", aboutOf))
        if (const auto* unit = about.empty() ? nullptr : unitAt(connection, about)) return unit;
    return unitOfMember(json, connection);
}

/// What a card's link had us told (CDS Hooks 2.0, Link: appContext). Text of ours that has been
/// through other hands: what it names is looked up, and anything else is passed over.
std::string stepOf(Wanted& wanted, const Value& json) {
    const auto text = wanted.string(json, "appContext").value_or("");
    if (text.empty() || text.size() > kAppContextBytesMax || !text.starts_with('{')) return {};
    try {
        const auto document = fhir::json::Document::parse(text);
        return document.root().findString("step") == "ask" ? "ask" : "";
    } catch (const Error&) {
        return {};  // somebody else's: the page opens at its beginning
    }
}

/// A launch about a patient that cannot be read opens nothing else in their place.
[[noreturn]] void refuseContext(const Wanted& wanted) {
    throw Error(ErrorKind::BadReply,
                wanted.isLeftOut("/patient")
                    ? "The EHR named the patient in a way that cannot be read. Open What Matters "
                      "again from the chart; if it goes on, tell the people who look after the EHR."
                    : "The EHR opened What Matters without saying for which patient. Open a "
                      "patient's chart first, and What Matters from there.");
}

/// nullopt where it names nothing that could be opened.
std::optional<Launched> read(Wanted& wanted, const Value& json,
                             const ConnectionSettings& connection) {
    Launched launched;
    auto& context = launched.context;
    context.connection = connection.id;
    context.patient = wantedId(wanted, json, "patient", "Patient");
    context.encounter = wantedId(wanted, json, "encounter", "Encounter");
    // Where the EHR does not say that it draws a banner, we do: it is never wrong to see who it is.
    context.needPatientBanner = wanted.boolean(json, "need_patient_banner").value_or(true);
    context.step = stepOf(wanted, json);
    if (context.patient.empty()) {
        if (wanted.isLeftOut("/patient") || connection.units.empty()) return std::nullopt;
        const auto* unit = unitOf(wanted, json, connection);
        context.view = unit == nullptr ? View::Units : View::Ward;
        if (unit != nullptr) context.unit = unit->id;
        context.encounter.clear();
    }
    launched.styleUrl = wantedText(wanted, json, "smart_style_url");
    launched.tenant = wantedText(wanted, json, "tenant");
    // Users of two tenants may have one name: who cannot be told apart shares nothing.
    if (wanted.isLeftOut("/tenant")) launched.tenant = fhir::randomToken(kTenantBytes);
    return launched;
}

}  // namespace

Scopes neededScopes() {
    return {{{"user", "Patient", ResourceScope::kRead, ""},
             {"user", "Encounter", ResourceScope::kRead, ""},
             {"user", "Observation", ResourceScope::kRead | ResourceScope::kSearch, "",
              kStatementsQuery}},
            {}};
}

Scopes askedScopes(const ConnectionSettings& connection,
                   const std::vector<std::string>& supported) {
    if (const auto& own = connection.launch->scopes; !own.empty()) {
        std::string text;
        for (const auto& scope : own) text += (text.empty() ? "" : " ") + scope;
        return Scopes::parse(text);
    }
    auto scopes = neededScopes();
    for (const auto& type : adapters::statementTypes(connection.profile))
        if (type != fhir::Observation::resourceType)
            scopes.resources.push_back(
                {"user", type, ResourceScope::kRead | ResourceScope::kSearch, ""});
    if (connection.profile.document.pagesApart)
        scopes.resources.push_back({"user", "Binary", ResourceScope::kRead, ""});
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
    Wanted wanted;
    auto launched = read(wanted, response.document.root(), connection);
    fhir::json::logLeftOut("token response", wanted.problems());
    if (!launched) refuseContext(wanted);
    return *std::move(launched);
}

}  // namespace plugin::launch
