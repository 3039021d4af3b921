#include "adapters/routes/route.h"

#include <algorithm>
#include <array>

#include "adapters/companion_references.h"
#include "adapters/routes/communication.h"
#include "adapters/routes/companion.h"
#include "adapters/routes/document_reference.h"
#include "adapters/routes/flag.h"
#include "adapters/routes/flowsheet_observation.h"
#include "adapters/routes/observation.h"
#include "adapters/routes/questionnaire_response.h"
#include "adapters/routes/task.h"

namespace adapters {
namespace {

using fhir::Error;
using fhir::ErrorKind;

/// To add a route: its files in CMakeLists.txt and its line here. The order means nothing; the
/// ladder's order is the profile's.
const std::array<const Route*, 8>& routes() {
    static const ObservationRoute observation;
    static const FlowsheetObservationRoute flowsheet;
    static const QuestionnaireResponseRoute questionnaire;
    static const DocumentReferenceRoute document;
    static const CommunicationRoute communication;
    static const TaskRoute task;
    static const FlagRoute flag;
    static const CompanionRoute companion;
    static const std::array<const Route*, 8> table{&observation, &flowsheet,     &questionnaire,
                                                   &document,    &communication, &task,
                                                   &flag,        &companion};
    return table;
}

void requireOwnIdentifier(const std::vector<fhir::Identifier>& identifiers) {
    const bool ours = !identifiers.empty() && identifiers.front().system == kUriSystem &&
                      identifiers.front().value.value_or("").starts_with("urn:uuid:");
    if (!ours)
        throw Error(ErrorKind::InvalidInput,
                    "what is to be written has no identifier of ours (urn:uuid:…) in first place",
                    "/identifier/0");
}

/// What must hold of a statement before any route sees it.
void requirePatientSubject(const fhir::Observation& observation) {
    const auto& given = observation.subject;
    const auto subject = fhir::parseReference(given ? given->reference.value_or("") : "");
    const bool isAbroad = given && addressOf(*given) && given->type == "Patient";
    if (!isAbroad && (!subject || subject->type != "Patient"))
        throw Error(ErrorKind::InvalidInput,
                    "a statement is about a patient: the subject must be Patient/id",
                    "/subject/reference");
}

void requireWritable(const Authored& authored) {
    if (const auto* flag = std::get_if<fhir::Flag>(&authored)) {
        requireTeamSubject(*flag);
        requireOwnIdentifier(flag->identifier);
    } else {
        const auto& observation = std::get<fhir::Observation>(authored);
        requirePatientSubject(observation);
        requireOwnIdentifier(observation.identifier);
    }
}

std::vector<const Route*> findRoutes(const std::vector<std::string>& names) {
    std::vector<const Route*> found;
    for (const auto& name : names) {
        found.push_back(findRoute(name));
        if (found.back() == nullptr)
            throw Error(ErrorKind::InvalidInput, "there is no write route named \"" + name + "\"",
                        "/routes");
    }
    if (found.empty()) throw Error(ErrorKind::InvalidInput, "no write route is named", "/routes");
    return found;
}

/// Whether the next rung is to be tried. Everything else may succeed on this rung later, and
/// going on would put the same thing into two places.
bool endsThisRung(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::Refused:
        case ErrorKind::Forbidden:
        case ErrorKind::NotFound:
        case ErrorKind::Conflict:
        case ErrorKind::InvalidInput:
            return true;
        case ErrorKind::Unauthorized:
        case ErrorKind::BadReply:
        case ErrorKind::Unavailable:
        case ErrorKind::Internal:
            return false;
    }
    return false;
}

}  // namespace

const Route* findRoute(std::string_view name) {
    const auto found = std::find_if(routes().begin(), routes().end(),
                                    [&](const Route* route) { return route->name() == name; });
    return found == routes().end() ? nullptr : *found;
}

std::vector<std::string> routeNames() {
    std::vector<std::string> names;
    for (const auto* route : routes()) names.emplace_back(route->name());
    return names;
}

LadderResult tryRoutes(const std::vector<std::string>& routes, const RouteContext& context,
                       const Authored& authored) {
    requireWritable(authored);
    const auto ladder = findRoutes(routes);
    LadderResult result;
    for (const auto* route : ladder) {
        const std::string name(route->name());
        if (auto why = route->whyNot(context, authored)) {
            result.skipped.push_back({name, *std::move(why)});
            continue;
        }
        try {
            auto written = route->write(context, authored);
            result.holder = route->holder();
            result.route = name;
            result.location = std::move(written.location);
            result.remark = std::move(written.remark);
            return result;
        } catch (const Error& error) {
            if (!endsThisRung(error.kind())) throw;
            result.skipped.push_back({name, error.what()});
        }
    }
    if (context.searchOnly) return result;
    std::string reasons;
    for (const auto& [route, why] : result.skipped)
        reasons += (reasons.empty() ? "" : "; ") + route + ": " + why;
    throw Error(ErrorKind::Refused, "no write route took it: " + reasons);
}

std::optional<std::string> whyNotGranted(const RouteContext& context, std::string_view type,
                                         std::uint8_t permission) {
    if (!context.granted || context.granted->resources.empty()) return std::nullopt;
    for (const auto& scope : context.granted->resources)
        if ((scope.type == type || scope.type == "*") && (scope.permissions & permission) != 0)
            return std::nullopt;
    const bool creates = permission == fhir::smart::ResourceScope::kCreate;
    return "The EHR granted no scope to " + std::string(creates ? "create " : "change ") +
           std::string(type) + " (system/" + std::string(type) + (creates ? ".c)" : ".u)");
}

std::optional<std::string> orNone(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace adapters
