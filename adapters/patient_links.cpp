#include "adapters/patient_links.h"

#include <algorithm>
#include <set>

namespace adapters {
namespace {

using fhir::ErrorKind;

std::vector<std::string> linked(const fhir::Patient& patient, std::string_view type,
                                const fhir::ServerAddress& server) {
    std::vector<std::string> ids;
    for (const auto& link : patient.link)
        if (link.type == type)
            if (auto id = server.findId(link.other, "Patient")) ids.push_back(*std::move(id));
    return ids;
}

}  // namespace

std::optional<std::string> replacedBy(const fhir::Patient& patient,
                                      const fhir::ServerAddress& server) {
    auto ids = linked(patient, "replaced-by", server);
    return ids.empty() ? std::nullopt : std::optional(std::move(ids.front()));
}

std::vector<std::string> replaces(const fhir::Patient& patient, const fhir::ServerAddress& server) {
    return linked(patient, "replaces", server);
}

std::optional<std::string> findReplacing(const fhir::Client& client, const std::string& id) {
    std::set<std::string> found;
    try {
        client.search("Patient", {{"link", "Patient/" + id}}, [&](const fhir::BundleEntry& entry) {
            if (entry.resourceType != fhir::Patient::resourceType) return;
            const auto patient = entry.read<fhir::Patient>();
            const auto old = replaces(patient, client.server());
            // Whatever the server did with the parameter.
            if (std::find(old.begin(), old.end(), id) != old.end()) found.insert(patient.id);
        });
    } catch (const fhir::Error& error) {
        const bool knowsNone = error.kind() == ErrorKind::Refused ||
                               error.kind() == ErrorKind::Forbidden ||
                               error.kind() == ErrorKind::NotFound;
        if (!knowsNone) throw;
    }
    return found.size() == 1 ? std::optional(*found.begin()) : std::nullopt;
}

}  // namespace adapters
