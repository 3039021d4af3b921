#include "plugin/cli/check_companion.h"

#include <algorithm>

#include "adapters/companion_references.h"
#include "fhir/base/error.h"

namespace plugin::cli {
namespace {

/// What is missing of `type`, as ": " and a list; "" where nothing is.
std::string missingOf(const fhir::CapabilityStatement& capabilities, const std::string& type,
                      const std::vector<std::string>& interactions) {
    std::string missing;
    for (const auto& one : interactions)
        if (!capabilities.supports(type, one)) missing += (missing.empty() ? "" : ", ") + one;
    return missing.empty() ? missing : type + " (" + missing + ")";
}

/// No patient has this id; that the search is answered is all that counts.
constexpr const char* kNobody = "whatmatters-check";

}  // namespace

CheckStep checkCompanion(const Connection& connection, bool hasTeams) {
    const auto& server = *connection.companion;
    const auto where = "connection " + server.settings.id;
    const auto& ehrBase = connection.settings.fhirBase;
    try {
        const auto capabilities = server.adapter->capabilities();
        const std::vector<std::string> needed{"create", "read", "search-type"};
        auto missing = missingOf(capabilities, "Observation", needed);
        if (hasTeams)
            if (const auto flags = missingOf(capabilities, "Flag", needed); !flags.empty())
                missing += (missing.empty() ? "" : ", ") + flags;
        if (!missing.empty())
            return {"fail", where + ": the CapabilityStatement does not list " + missing};
        const auto found = adapters::findAtCompanion(server.adapter->client(),
                                                     server.adapter->profile(), ehrBase, {kNobody});
        if (!found.problems.empty())
            return {"fail", where + ": a search by _tag: " + found.problems.front().text};
        const auto& updates = server.settings.profile.updates;
        const bool mayUpdate =
            capabilities.supports("Observation", "update") &&
            std::find(updates.begin(), updates.end(), "Observation") != updates.end();
        if (!mayUpdate)
            return {"warn", where +
                                " keeps what this EHR cannot hold, but lets no Observation be "
                                "updated: what is taken back stands there as it was"};
        return {"pass", where + " keeps what this EHR cannot hold"};
    } catch (const fhir::Error& error) {
        throw error.in(where);
    }
}

}  // namespace plugin::cli
