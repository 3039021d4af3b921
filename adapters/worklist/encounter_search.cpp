#include "adapters/worklist/encounter_search.h"

#include <algorithm>

#include "adapters/encounter_class.h"
#include "adapters/search_query.h"
#include "adapters/worklist/stays_of.h"
#include "adapters/worklist/unit_memory.h"
#include "fhir/r4/location.h"

namespace adapters {
namespace {

using fhir::Encounter;
using fhir::Error;
using fhir::ErrorKind;

/// Ids in one search for changes.
constexpr std::size_t kStaysPerSearch = 50;

/// One listing of one unit.
class Listing {
public:
    Listing(const WorklistContext& context, std::string unitId)
        : client_(context.client),
          profile_(context.profile),
          memory_(context.units),
          unitId_(std::move(unitId)),
          now_(context.clock.now()) {
        auto known =
            memory_ ? memory_->find(unitId_, now_, context.query.wholeEvery) : std::nullopt;
        if (known && searchChanges(*std::move(known))) return;
        known_ = {};
        known_.wholeAt = now_;
        known_.places = Places::read(client_, profile_, unitId_, known_.problems);
        const auto issues = searchPlaces({});
        known_.problems.insert(known_.problems.end(), issues.begin(), issues.end());
    }

    Worklist finish() {
        std::vector<std::string> patientIds;
        for (const auto& [id, stay] : known_.stays) patientIds.push_back(stay.patientId);
        known_.patients.fetch(client_, profile_, patientIds);
        if (memory_) remember(patientIds);
        Worklist worklist;
        for (auto& [id, stay] : known_.stays) {
            if (const auto* patient = known_.patients.find(stay.patientId))
                worklist.stays.push_back({std::move(stay.encounter), *patient, locationName(stay)});
            else
                leaveOut(id, known_.patients.why(stay.patientId));
        }
        worklist.problems = std::move(known_.problems);
        sortStays(worklist.stays);
        return worklist;
    }

private:
    using Issues = std::vector<fhir::Issue>;

    /// Takes what has changed since the last reading: here, and of those who were here wherever
    /// they are now. False where the server does not tell, or something cannot be read, which might
    /// be the change.
    bool searchChanges(UnitMemory::Known known) {
        known_ = std::move(known);
        const auto since = "ge" + fhir::DateTime::fromInstant(
                                      std::chrono::floor<std::chrono::seconds>(known_.since()))
                                      .text();
        try {
            std::vector<std::string> ids;
            for (const auto& [id, stay] : known_.stays) ids.push_back(id);
            auto issues = searchPlaces(since);
            for (const auto& batch : batches(ids, kStaysPerSearch)) {
                const auto more = search({{"_id", joined(batch)}, {"_lastUpdated", since}});
                issues.insert(issues.end(), more.begin(), more.end());
            }
            return issues.empty();
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Refused) throw;
            return false;
        }
    }

    /// With `since`, what has changed, of whatever status: an encounter that has ended is a change.
    Issues searchPlaces(const std::string& since) {
        Issues issues;
        for (const auto& batch : batches(known_.places.ids(), profile_.locationsPerSearch)) {
            fhir::Query query{{"location", joinedReferences(profile_, "Location", batch)}};
            if (since.empty())
                addStatuses(query, profile_);
            else
                query.add("_lastUpdated", since);
            const auto more = search(std::move(query));
            issues.insert(issues.end(), more.begin(), more.end());
        }
        return issues;
    }

    Issues search(fhir::Query query) {
        addIncludes(query, profile_);
        addPageSize(query, profile_);
        return client_
            .search("Encounter", query, [&](const fhir::BundleEntry& entry) { take(entry); })
            .issues;
    }

    void take(const fhir::BundleEntry& entry) {
        known_.patients.take(entry);
        if (entry.resourceType == fhir::Location::resourceType) {
            const auto location = fhir::Location::fromJson(entry.resource);
            known_.places.learnName(location.id, location.name.value_or(""));
        }
        if (entry.resourceType != Encounter::resourceType || entry.mode != "match") return;
        auto encounter = Encounter::fromJson(entry.resource);
        if (encounter.id.empty()) entry.resource.refuse("has no id");
        note(encounter);
        // What was known of it is over, whatever it says now.
        known_.stays.erase(encounter.id);
        std::erase_if(known_.problems,
                      [&](const auto& one) { return one.text.starts_with(leftOut(encounter.id)); });
        consider(std::move(encounter));
    }

    void note(const Encounter& encounter) {
        if (!encounter.meta || !encounter.meta->lastUpdated) return;
        const auto changed = fhir::DateTime::tryParse(*encounter.meta->lastUpdated);
        if (!changed) return;
        auto& newest = known_.newest;
        newest = newest ? std::max(*newest, changed->earliest()) : changed->earliest();
    }

    void remember(const std::vector<std::string>& patientIds) {
        auto kept = known_;
        kept.readAt = now_;
        kept.patients = {};
        for (const auto& id : patientIds) kept.patients.take(known_.patients.only(id));
        memory_->keep(unitId_, std::move(kept));
    }

    /// Keeps the encounter where it is current and here, whatever the server thinks of filters.
    void consider(Encounter encounter) {
        const auto& statuses = profile_.currentStatuses;
        if (std::find(statuses.begin(), statuses.end(), encounter.status) == statuses.end()) return;
        const auto& server = client_.server();
        const auto* place = known_.places.current(encounter, server);
        if (place == nullptr) return;
        const auto patientId = server.findId(encounter.subject, "Patient");
        if (!patientId) {
            leaveOut(encounter.id, "it names no patient of this server");
            return;
        }
        UnitStay stay{{},
                      *patientId,
                      *server.findId(place->location, "Location"),
                      place->location.display.value_or("")};
        const auto id = encounter.id;
        mapClass(encounter, profile_);
        stay.encounter = std::move(encounter);
        known_.stays.emplace(id, std::move(stay));
    }

    std::string locationName(const UnitStay& stay) const {
        const auto name = known_.places.name(stay.locationId);
        return name.empty() ? stay.locationDisplay : name;
    }

    static std::string leftOut(const std::string& encounterId) {
        return "Encounter/" + encounterId + " is left out: ";
    }

    void leaveOut(const std::string& encounterId, const std::string& why) {
        auto text = leftOut(encounterId) + why;
        const bool said = std::any_of(known_.problems.begin(), known_.problems.end(),
                                      [&](const auto& one) { return one.text == text; });
        if (!said) known_.problems.push_back({"", std::move(text)});
    }

    const fhir::Client& client_;
    const Profile& profile_;
    UnitMemory* const memory_;
    const std::string unitId_;
    const fhir::Instant now_;
    UnitMemory::Known known_;  // of this reading; by Encounter id, for pages and batches overlap
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
    return Listing(context, unit).finish();
}

}  // namespace adapters
