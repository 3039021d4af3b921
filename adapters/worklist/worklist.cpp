#include "adapters/worklist/worklist.h"

#include <map>

#include "adapters/worklist/encounter_search.h"

namespace adapters {
namespace {

using Source = Worklist (*)(const fhir::Client&, const Profile&, const WorklistQuery&);

/// Nobody is listed: the EHR says at each launch whose chart is open.
Worklist launchOnly(const fhir::Client&, const Profile&, const WorklistQuery&) {
    return {};
}

/// To add a way to list a unit: its files in CMakeLists.txt and its line here.
const std::map<std::string_view, Source>& sources() {
    static const std::map<std::string_view, Source> table{
        {"encounter-search", searchEncounters},
        {"launch-only", launchOnly},
    };
    return table;
}

}  // namespace

std::vector<std::string> worklistSources() {
    std::vector<std::string> names;
    for (const auto& [name, source] : sources()) names.emplace_back(name);
    return names;
}

Worklist listUnit(const fhir::Client& client, const Profile& profile, const WorklistQuery& query) {
    const auto source = sources().find(query.source);
    if (source != sources().end()) return source->second(client, profile, query);
    std::string known;
    for (const auto& name : worklistSources()) known += (known.empty() ? "" : ", ") + name;
    throw fhir::Error(fhir::ErrorKind::InvalidInput,
                      "unknown worklist source \"" + query.source + "\"; there are " + known,
                      "/worklist/source");
}

}  // namespace adapters
