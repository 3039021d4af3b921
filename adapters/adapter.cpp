#include "adapters/adapter.h"

#include <algorithm>

#include "adapters/statements.h"

namespace adapters {
namespace {

constexpr std::chrono::minutes kCapabilitiesKept{10};

}  // namespace

Adapter::Adapter(Profile profile, fhir::Client client)
    : profile_(std::move(profile)), client_(std::move(client)) {}

Worklist Adapter::worklist(const WorklistQuery& query) const {
    return listUnit(client_, profile_, query);
}

FoundStatements Adapter::statements(const std::vector<std::string>& patientIds) const {
    return findStatements(client_, profile_, patientIds);
}

fhir::Patient Adapter::patient(const std::string& id) const {
    return client_.read<fhir::Patient>(id);
}

fhir::Encounter Adapter::encounter(const std::string& id) const {
    return client_.read<fhir::Encounter>(id);
}

fhir::CapabilityStatement Adapter::capabilities() const {
    // Held while reading: who comes meanwhile needs the same answer, not a second request.
    const std::lock_guard lock(capabilitiesMutex_);
    const auto now = std::chrono::steady_clock::now();
    if (!capabilities_ || now >= capabilitiesUntil_) {
        capabilities_ = client_.capabilities();
        capabilitiesUntil_ = now + kCapabilitiesKept;
    }
    return *capabilities_;
}

LadderResult Adapter::write(const std::vector<std::string>& routes, const Authored& authored,
                            Companion& companion, bool mayBeThere) const {
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
    return climb(routes, {client_, profile_, known, companion, mayBeThere}, authored);
}

}  // namespace adapters
