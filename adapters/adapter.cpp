#include "adapters/adapter.h"

#include <algorithm>
#include <set>

#include "adapters/encounter_class.h"
#include "adapters/patient_links.h"
#include "adapters/routes/retract.h"
#include "adapters/statements/statements.h"

namespace adapters {
namespace {

constexpr std::chrono::minutes kCapabilitiesKept{10};

/// An element that cannot be read is met again with every search that brings its resource.
void tellOnce(std::vector<fhir::Issue>& problems) {
    std::set<std::string> told;
    std::erase_if(problems, [&](const auto& one) { return !told.insert(one.text).second; });
}

}  // namespace

Adapter::Adapter(Profile profile, fhir::Client client, fhir::Clock clock, Granted granted)
    : profile_(std::move(profile)),
      client_(std::move(client)),
      clock_(std::move(clock)),
      granted_(std::move(granted)) {}

Worklist Adapter::worklist(const WorklistQuery& query, const Progress& progress) const {
    const bool remembers = profile_.encounterLastUpdated;
    auto found = listUnit({client_, profile_, query, clock_, progress,
                           remembers ? &stays_ : nullptr, remembers ? &units_ : nullptr});
    tellOnce(found.problems);
    return found;
}

FoundStatements Adapter::statements(const std::vector<std::string>& patientIds) const {
    return findStatements(client_, profile_, patientIds);
}

fhir::Observation Adapter::statementIn(const fhir::json::Value& sent) const {
    return readStatement(sent, client_, profile_);
}

fhir::Patient Adapter::patient(const std::string& id) const {
    auto patient = client_.read<fhir::Patient>(id);
    if (patient.id == id || profile_.answersWithSuccessor) return patient;
    const auto old = replaces(patient, client_.server());
    if (std::find(old.begin(), old.end(), id) != old.end()) return patient;
    throw fhir::Error(fhir::ErrorKind::BadReply,
                      "read Patient: the server answered with another patient than was asked for, "
                      "whose record does not say that it replaced that one");
}

fhir::Encounter Adapter::encounter(const std::string& id) const {
    auto encounter = client_.read<fhir::Encounter>(id);
    mapClass(encounter, profile_);
    return encounter;
}

fhir::CapabilityStatement Adapter::capabilities() const {
    // Held while reading: who comes meanwhile needs the same answer, not a second request.
    const std::lock_guard lock(capabilitiesMutex_);
    const auto now = clock_.steady();
    if (!capabilities_ || now >= capabilitiesUntil_) {
        capabilities_ = client_.capabilities();
        fhir::json::logLeftOut("CapabilityStatement", capabilities_->problems);
        capabilitiesUntil_ = now + kCapabilitiesKept;
    }
    return *capabilities_;
}

/// A server that will never say what it can do gets nothing, and the companion takes it. One that
/// is down or busy may say so later; and what may be there already goes nowhere else before
/// somebody knows.
fhir::CapabilityStatement Adapter::capabilitiesFor(bool mayBeThere) const {
    try {
        return capabilities();
    } catch (const fhir::Error& error) {
        if (error.kind() != fhir::ErrorKind::Refused &&
            error.kind() != fhir::ErrorKind::Forbidden && error.kind() != fhir::ErrorKind::NotFound)
            throw;
        if (!mayBeThere) return {};
        throw fhir::Error(fhir::ErrorKind::BadReply,
                          "whether an earlier try arrived cannot be found out while the EHR does "
                          "not say what it can do: " +
                              std::string(error.what()));
    }
}

LadderResult Adapter::write(const std::vector<std::string>& routes, const Authored& authored,
                            Companion& companion, bool mayBeThere, fhir::Deadline deadline) const {
    const bool onlyCompanion = std::all_of(
        routes.begin(), routes.end(), [](const auto& name) { return name == kCompanionRoute; });
    const auto known = onlyCompanion ? fhir::CapabilityStatement{} : capabilitiesFor(mayBeThere);
    const auto granted = onlyCompanion || !granted_ ? std::nullopt : granted_();
    const auto client = client_.withDeadline(deadline);
    return tryRoutes(routes,
                     {.client = client,
                      .profile = profile_,
                      .capabilities = known,
                      .companion = companion,
                      .mayBeThere = mayBeThere,
                      .granted = granted},
                     authored);
}

LadderResult Adapter::findExisting(const std::vector<std::string>& routes, const Authored& authored,
                                   Companion& companion, fhir::Deadline deadline) const {
    const auto known = capabilitiesFor(true);
    const auto client = client_.withDeadline(deadline);
    auto context = contextOf(client, companion, known);
    context.mayBeThere = true;
    context.searchOnly = true;
    return tryRoutes(routes, context, authored);
}

LadderResult Adapter::confirm(const std::vector<std::string>& routes, const Authored& authored,
                              Companion& companion, const std::string& location) const {
    const fhir::CapabilityStatement nothing;  // what it takes today does not matter
    auto context = contextOf(client_, companion, nothing);
    context.searchOnly = true;
    context.saidToBeAt = location;
    return tryRoutes(routes, context, authored);
}

LadderResult Adapter::retract(const std::string& route, const std::string& location,
                              const fhir::Observation& retracted, const std::string& formerPatient,
                              Companion& companion, fhir::Deadline deadline) const {
    const auto known = capabilitiesFor(false);
    const auto client = client_.withDeadline(deadline);
    return retractWritten(contextOf(client, companion, known), route, location, retracted,
                          formerPatient);
}

RouteContext Adapter::contextOf(const fhir::Client& client, Companion& companion,
                                const fhir::CapabilityStatement& known) const {
    return {.client = client,
            .profile = profile_,
            .capabilities = known,
            .companion = companion,
            .granted = granted_ ? granted_() : std::nullopt};
}

RouteContext Adapter::routeContext(Companion& companion, bool mayBeThere,
                                   const fhir::CapabilityStatement& known) const {
    auto context = contextOf(client_, companion, known);
    context.mayBeThere = mayBeThere;
    return context;
}

}  // namespace adapters
