#include "adapters/worklist/encounter_search.h"

#include <algorithm>
#include <map>

#include "adapters/batches.h"
#include "adapters/encounter_class.h"
#include "adapters/local_reference.h"
#include "adapters/worklist/patients.h"
#include "adapters/worklist/places.h"
#include "adapters/worklist/stays_of.h"
#include "fhir/r4/location.h"

namespace adapters {
namespace {

using fhir::Encounter;
using fhir::Error;
using fhir::ErrorKind;

/// An encounter that is on the unit now.
struct Found {
    Encounter encounter;
    std::string patientId;
    std::string locationId, locationDisplay;
};

/// One listing of one unit.
class Listing {
public:
    Listing(const fhir::Client& client, const Profile& profile, const std::string& unitId)
        : client_(client),
          profile_(profile),
          places_(Places::read(client, profile, unitId, problems_)) {}

    void search() {
        for (const auto& batch : batches(places_.ids(), profile_.locationsPerSearch)) {
            auto outcome = client_.search("Encounter", query(batch),
                                          [&](const fhir::BundleEntry& entry) { take(entry); });
            std::move(outcome.issues.begin(), outcome.issues.end(), std::back_inserter(problems_));
        }
    }

    Worklist finish() {
        std::vector<std::string> patientIds;
        for (const auto& [id, found] : found_) patientIds.push_back(found.patientId);
        patients_.fetch(client_, profile_, patientIds);
        Worklist worklist;
        for (auto& [id, found] : found_) {
            if (const auto* patient = patients_.find(found.patientId))
                worklist.stays.push_back(
                    {std::move(found.encounter), *patient, locationName(found)});
            else
                leaveOut(id, patients_.why(found.patientId));
        }
        worklist.problems = std::move(problems_);
        sortStays(worklist.stays);
        return worklist;
    }

private:
    fhir::Query query(const std::vector<std::string>& locations) const {
        fhir::Query query{{"location", joinedReferences(profile_, "Location", locations)}};
        addStatuses(query, profile_);
        addIncludes(query, profile_);
        return addPageSize(query, profile_);
    }

    void take(const fhir::BundleEntry& entry) {
        patients_.take(entry);
        if (entry.resourceType == fhir::Location::resourceType) {
            const auto location = fhir::Location::fromJson(entry.resource);
            places_.learnName(location.id, location.name.value_or(""));
        }
        if (entry.resourceType != Encounter::resourceType || entry.mode != "match") return;
        auto encounter = Encounter::fromJson(entry.resource);
        if (encounter.id.empty()) entry.resource.refuse("has no id");
        if (found_.count(encounter.id) == 0) consider(std::move(encounter));
    }

    /// Keeps the encounter where it is current and here, whatever the server thinks of filters.
    void consider(Encounter encounter) {
        const auto& statuses = profile_.currentStatuses;
        if (std::find(statuses.begin(), statuses.end(), encounter.status) == statuses.end()) return;
        const auto& base = client_.options().base;
        const auto* place = places_.current(encounter, base);
        if (place == nullptr) return;
        const auto patientId =
            localId(encounter.subject.value_or(fhir::Reference{}), "Patient", base);
        if (!patientId) {
            leaveOut(encounter.id, "it names no patient of this server");
            return;
        }
        Found found{{},
                    *patientId,
                    *localId(place->location, "Location", base),
                    place->location.display.value_or("")};
        const auto id = encounter.id;
        mapClass(encounter, profile_);
        found.encounter = std::move(encounter);
        found_.emplace(id, std::move(found));
    }

    std::string locationName(const Found& found) const {
        const auto name = places_.name(found.locationId);
        return name.empty() ? found.locationDisplay : name;
    }

    void leaveOut(const std::string& encounterId, const std::string& why) {
        auto text = "Encounter/" + encounterId + " is left out: " + why;
        const bool said = std::any_of(problems_.begin(), problems_.end(),
                                      [&](const auto& one) { return one.text == text; });
        if (!said) problems_.push_back({"", std::move(text)});
    }

    const fhir::Client& client_;
    const Profile& profile_;
    std::vector<fhir::Issue> problems_;
    Places places_;
    Patients patients_;
    std::map<std::string, Found> found_;  // by Encounter id: pages and batches overlap
};

}  // namespace

Worklist searchEncounters(const WorklistContext& context) {
    const auto unit =
        requireReference(context.query.location, "Location", "location", "encounter-search");
    if (context.profile.encounterSearchNeedsPatient)
        throw Error(ErrorKind::InvalidInput,
                    "this EHR lists no unit by searching encounters: each search must name its "
                    "patient. Its worklist sources are: " +
                        joined(context.profile.worklists),
                    "/worklist/source");
    Listing listing(context.client, context.profile, unit);
    listing.search();
    return listing.finish();
}

}  // namespace adapters
