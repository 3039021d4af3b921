#include "adapters/worklist/places.h"

#include <algorithm>
#include <set>

#include "adapters/search_query.h"
#include "fhir/r4/location.h"

namespace adapters {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr int kLevelsMax = 4;
constexpr std::size_t kPlacesMax = 500;

}  // namespace

Places Places::read(const fhir::Client& client, const Profile& profile, const std::string& unitId,
                    std::vector<fhir::Issue>& problems) {
    Places places;
    places.places_[unitId];
    if (!profile.locationHierarchy) return places;
    try {
        const auto unit = client.read<fhir::Location>(unitId, problems);
        places.learnName(unitId, unit.name.value_or(""));
        std::vector<std::string> parents{unitId};
        for (int depth = 1; depth <= kLevelsMax && !parents.empty(); ++depth)
            parents = places.addBelow(client, profile, parents, depth, problems);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::NotFound)
            throw Error(error.kind(),
                        "the unit Location/" + unitId + " cannot be found: " + error.what())
                .withStatus(error.status());
        if (error.kind() != ErrorKind::Refused && error.kind() != ErrorKind::Forbidden) throw;
        problems.push_back({"", "the beds of Location/" + unitId +
                                    " cannot be listed, so only stays at the unit itself are "
                                    "found: " +
                                    error.what()});
    }
    if (places.tooMany_)
        problems.push_back({"", "there are more than " + std::to_string(kPlacesMax) +
                                    " Locations below Location/" + unitId +
                                    "; stays in the rest are missing. Name a smaller unit"});
    return places;
}

std::vector<std::string> Places::addBelow(const fhir::Client& client, const Profile& profile,
                                          const std::vector<std::string>& parents, int depth,
                                          std::vector<fhir::Issue>& problems) {
    std::vector<std::string> added;
    for (const auto& batch : batches(parents, profile.locationsPerSearch)) {
        const std::set<std::string> wanted(batch.begin(), batch.end());
        fhir::Query query{{"partof", joinedReferences(profile, "Location", batch)}};
        addPageSize(query, profile);
        auto outcome = client.search("Location", query, [&](const fhir::BundleEntry& entry) {
            if (entry.resourceType != "Location") return;
            const auto location = entry.read<fhir::Location>();
            const auto parent = client.server().findId(location.partOf, "Location");
            // A server that ignores `partof` answers with every Location of the house, and one
            // whose Locations are part of each other must not lead us in a circle.
            if (location.id.empty() || !parent || wanted.count(*parent) == 0 ||
                places_.count(location.id) != 0)
                return;
            if (places_.size() > kPlacesMax) {
                tooMany_ = true;
                return;
            }
            places_[location.id] = {location.name.value_or(""), depth};
            added.push_back(location.id);
        });
        std::move(outcome.issues.begin(), outcome.issues.end(), std::back_inserter(problems));
    }
    return added;
}

std::vector<std::string> Places::ids() const {
    std::vector<std::string> result;
    for (const auto& [id, place] : places_) result.push_back(id);
    return result;
}

const fhir::Encounter::Location* Places::current(std::span<const fhir::Encounter> levels,
                                                 const fhir::ServerAddress& server,
                                                 fhir::Instant now) const {
    const fhir::Encounter::Location* innermost = nullptr;
    int deepest = -1;
    for (auto level = levels.rbegin(); level != levels.rend(); ++level)
        for (const auto* place : level->placesAt(now)) {
            const auto id = server.findId(place->location, "Location");
            const auto known = id ? places_.find(*id) : places_.end();
            if (known == places_.end() || known->second.depth <= deepest) continue;
            deepest = known->second.depth;
            innermost = place;
        }
    return innermost;
}

bool Places::has(const fhir::Reference& place, const fhir::ServerAddress& server) const {
    const auto id = server.findId(place, "Location");
    return id && places_.count(*id) != 0;
}

std::string Places::name(const std::string& id) const {
    const auto place = places_.find(id);
    return place == places_.end() ? "" : place->second.name;
}

void Places::learnName(const std::string& id, const std::string& name) {
    const auto place = places_.find(id);
    if (place != places_.end() && place->second.name.empty()) place->second.name = name;
}

}  // namespace adapters
