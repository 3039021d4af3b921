#include "adapters/adapter.h"

#include <algorithm>

#include "adapters/encounter_class.h"
#include "adapters/statements.h"

namespace adapters {
namespace {

constexpr std::chrono::minutes kCapabilitiesKept{10};

}  // namespace

Adapter::Adapter(Profile profile, fhir::Client client, fhir::Clock clock, Granted granted)
    : profile_(std::move(profile)),
      client_(std::move(client)),
      clock_(std::move(clock)),
      granted_(std::move(granted)) {}

Worklist Adapter::worklist(const WorklistQuery& query, const Progress& progress) const {
    const bool remembers = profile_.encounterLastUpdated;
    return listUnit({client_, profile_, query, clock_, progress, remembers ? &stays_ : nullptr,
                     remembers ? &units_ : nullptr});
}

FoundStatements Adapter::statements(const std::vector<std::string>& patientIds) const {
    return findStatements(client_, profile_, patientIds);
}

fhir::Patient Adapter::patient(const std::string& id) const {
    return client_.read<fhir::Patient>(id);
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
        capabilitiesUntil_ = now + kCapabilitiesKept;
    }
    return *capabilities_;
}

LadderResult Adapter::write(const std::vector<std::string>& routes, const Authored& authored,
                            Companion& companion, bool mayBeThere, fhir::Deadline deadline) const {
    const auto readCapabilities = [&]() -> fhir::CapabilityStatement {
        try {
            return capabilities();
        } catch (const fhir::Error& error) {
            // A server that will never say what it can do gets nothing, and the companion takes
            // it. One that is down or busy may say so later; and what may be there already goes
            // nowhere else before somebody knows.
            if (error.kind() == fhir::ErrorKind::Refused ||
                error.kind() == fhir::ErrorKind::Forbidden ||
                error.kind() == fhir::ErrorKind::NotFound) {
                if (!mayBeThere) return {};
                throw fhir::Error(fhir::ErrorKind::BadReply,
                                  "whether an earlier try arrived cannot be found out while the "
                                  "EHR does not say what it can do: " +
                                      std::string(error.what()));
            }
            throw;
        }
    };
    const bool onlyCompanion = std::all_of(routes.begin(), routes.end(),
                                           [](const auto& name) { return name == "companion"; });
    const auto known = onlyCompanion ? fhir::CapabilityStatement{} : readCapabilities();
    const auto granted = onlyCompanion || !granted_ ? std::nullopt : granted_();
    const auto client = client_.withDeadline(deadline);
    return climb(routes, {client, profile_, known, companion, mayBeThere, granted}, authored);
}

RouteContext Adapter::routeContext(Companion& companion, bool mayBeThere,
                                   const fhir::CapabilityStatement& known) const {
    return {client_, profile_, known, companion, mayBeThere, granted_ ? granted_() : std::nullopt};
}

}  // namespace adapters
