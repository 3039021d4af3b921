#include "adapters/worklist/encounter_search.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "adapters/encounter_class.h"
#include "adapters/fan_out.h"
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

/// What a match says of where it is.
enum class Whereabouts { Here, Elsewhere, Unknown };

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
        unplaced_.clear();
        losesPlace_ = false;
        known_.wholeAt = now_;
        known_.places = Places::read(client_, profile_, unitId_, known_.problems);
        const auto issues = searchWhole();
        known_.problems.insert(known_.problems.end(), issues.begin(), issues.end());
        takeUnplaced();
    }

    Worklist finish() {
        std::map<std::string, std::vector<Encounter>> byPatient;
        for (const auto& [id, stay] : known_.stays)
            if (isStillHere(stay)) byPatient[stay.patientId].push_back(stay.encounter);
        std::vector<std::string> patientIds;
        for (const auto& [id, encounters] : byPatient) patientIds.push_back(id);
        known_.patients.fetch(client_, profile_, patientIds);
        const auto& unread = known_.patients.problems();
        known_.problems.insert(known_.problems.end(), unread.begin(), unread.end());
        if (memory_) remember(patientIds);
        Worklist worklist;
        for (auto& [id, encounters] : byPatient) {
            const auto levels = levelsOf(std::move(encounters), server());
            if (const auto* patient = known_.patients.find(id)) {
                worklist.stays.push_back(stayOn(levels, *patient));
            } else {
                leaveOut(levels.front(), known_.patients.why(id));
                if (known_.patients.isAway(id)) worklist.away.insert(id);
            }
        }
        if (worklist.stays.empty()) noteNobody();
        worklist.problems = std::move(known_.problems);
        sortStays(worklist.stays, now_);
        return worklist;
    }

private:
    using Issues = std::vector<fhir::Issue>;

    const fhir::ServerAddress& server() const { return client_.server(); }

    /// Takes what has changed since the last reading: here, and of those who were here wherever
    /// they are now. False where the server does not tell, or something cannot be read, which might
    /// be the change.
    bool searchChanges(UnitMemory::Known known) {
        known_ = std::move(known);
        const auto since = "ge" + fhir::DateTime::fromInstant(
                                      std::chrono::floor<std::chrono::seconds>(known_.since()))
                                      .text();
        try {
            Issues issues;
            const auto add = [&](fhir::Query query) {
                // Of whatever status: an encounter that has ended is a change.
                const auto more = search(std::move(query.add("_lastUpdated", since)));
                issues.insert(issues.end(), more.begin(), more.end());
            };
            std::vector<std::string> ids;
            for (const auto& [id, stay] : known_.stays) ids.push_back(id);
            for (const auto& some : batches(known_.places.ids(), profile_.locationsPerSearch))
                add({{"location", joinedReferences(profile_, "Location", some)}});
            for (const auto& some : batches(ids, kStaysPerSearch)) add({{"_id", joined(some)}});
            return issues.empty() && unplaced_.empty();
        } catch (const Error& error) {
            // What the server says no to may be one place or one stay, which a whole reading tells.
            const bool isOfAll =
                error.status() == 0 || error.status() == 401 || error.status() == 429;
            if (isOfAll && error.kind() != ErrorKind::Refused) throw;
            return false;
        }
    }

    /// A place whose stays cannot be read costs nobody elsewhere.
    Issues searchWhole() {
        Issues issues;
        const auto places = known_.places.ids();
        const auto failures = fanOutLists(
            places, profile_.locationsPerSearch, 1, [&](const std::vector<std::string>& some) {
                fhir::Query query{{"location", joinedReferences(profile_, "Location", some)}};
                const auto more = search(std::move(addStatuses(query, profile_)));
                issues.insert(issues.end(), more.begin(), more.end());
            });
        if (failures.size() == places.size()) throw failures.begin()->second;
        for (const auto& [id, error] : failures)
            issues.push_back({"", "stays at Location/" + id + " cannot be read: " + error.what(),
                              "Location/" + id});
        return issues;
    }

    Issues search(fhir::Query query) {
        addIncludes(query, profile_);
        addPageSize(query, profile_);
        auto outcome = client_.search("Encounter", query,
                                      [&](const fhir::BundleEntry& entry) { take(entry); });
        const auto& ignored = outcome.ignored;
        if (std::find(ignored.begin(), ignored.end(), "location") != ignored.end())
            losesPlace_ = true;
        return std::move(outcome.issues);
    }

    void take(const fhir::BundleEntry& entry) {
        known_.patients.take(entry);
        if (entry.resourceType == fhir::Location::resourceType) {
            const auto location = entry.read<fhir::Location>();
            known_.places.learnName(location.id, location.name.value_or(""));
        }
        if (entry.resourceType != Encounter::resourceType || entry.mode != "match") return;
        auto encounter = entry.read<Encounter>();
        if (encounter.id.empty()) entry.resource.refuse("has no id");
        note(encounter);
        // What was known of it is over, whatever it says now.
        known_.stays.erase(encounter.id);
        known_.over.erase(encounter.id);
        known_.elsewhere.erase(encounter.id);
        std::erase_if(known_.problems,
                      [&](const auto& one) { return one.resource == "Encounter/" + encounter.id; });
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
        const auto where = whereaboutsOf(encounter);
        if (!isCurrent(encounter, profile_, now_)) {
            if (where == Whereabouts::Here) noteOver(encounter);
        } else if (where == Whereabouts::Elsewhere) {
            known_.elsewhere.insert(encounter.id);
            if (isInDoubt(encounter))
                leaveOut(encounter, "the status of its place does not tell whether it goes on");
        } else if (where == Whereabouts::Unknown) {
            unplaced_[encounter.id] = std::move(encounter);
        } else {
            keep(std::move(encounter), true);
        }
    }

    Whereabouts whereaboutsOf(const Encounter& encounter) {
        if (known_.places.current({&encounter, 1}, server(), now_)) return Whereabouts::Here;
        const auto& all = encounter.location;
        // It was here or will be, and the server searches by that too.
        if (std::any_of(all.begin(), all.end(), [&](const Encounter::Location& one) {
                return known_.places.has(one.location, server());
            }))
            return Whereabouts::Elsewhere;
        if (all.empty()) return Whereabouts::Unknown;
        if (std::all_of(all.begin(), all.end(), [&](const Encounter::Location& one) {
                return server().findId(one.location, "Location").has_value();
            }))
            losesPlace_ = true;
        const auto places = encounter.placesAt(now_);
        const bool isTold = std::any_of(places.begin(), places.end(), [&](const auto* one) {
            return server().find(one->location) || !one->location.base().empty();
        });
        return isTold || places.empty() ? Whereabouts::Elsewhere : Whereabouts::Unknown;
    }

    /// Whether a place of the unit has a status that is none of R4's: they may be there.
    bool isInDoubt(const Encounter& encounter) const {
        static constexpr std::array<std::string_view, 4> kStatuses{"planned", "active", "reserved",
                                                                   "completed"};
        const auto& all = encounter.location;
        return std::any_of(all.begin(), all.end(), [&](const Encounter::Location& one) {
            return one.status && known_.places.has(one.location, server()) &&
                   (!one.period || one.period->covers(now_)) &&
                   std::find(kStatuses.begin(), kStatuses.end(), *one.status) == kStatuses.end();
        });
    }

    void noteOver(const Encounter& encounter) {
        static constexpr std::array<std::string_view, 8> kStatuses{
            "planned", "arrived",  "triaged",   "in-progress",
            "onleave", "finished", "cancelled", "entered-in-error"};
        if (std::find(kStatuses.begin(), kStatuses.end(), encounter.status) == kStatuses.end())
            return leaveOut(encounter, "its status does not tell whether it goes on");
        const auto& current = profile_.currentStatuses;
        if (std::find(current.begin(), current.end(), encounter.status) != current.end())
            known_.over.insert(encounter.id);
    }

    /// Those that name no place, or none by which it can be found, are here if the server says so,
    /// and if it is known to tell one place from another.
    void takeUnplaced() {
        for (auto& [id, encounter] : unplaced_) {
            if (losesPlace_)
                leaveOut(encounter,
                         "it does not say where it is, and the server seems to lose the "
                         "filter by place");
            else if (const auto* stay = keep(std::move(encounter), false))
                tell({"",
                      "Encounter/" + id +
                          " does not say where it is; it is listed, without its bed, because the "
                          "server finds it on this unit",
                      "Encounter/" + id, stay->patientId});
        }
    }

    /// nullptr where it is left out.
    const UnitStay* keep(Encounter encounter, bool isPlaced) {
        const auto patient = server().findId(encounter.subject, "Patient");
        if (!patient) {
            leaveOut(encounter, "it names no patient of this server");
            return nullptr;
        }
        mapClass(encounter, profile_);
        const auto id = encounter.id;
        return &(known_.stays[id] = {std::move(encounter), *patient, isPlaced});
    }

    /// Time has gone on since it was read.
    bool isStillHere(const UnitStay& stay) {
        if (!isCurrent(stay.encounter, profile_, now_)) {
            known_.over.insert(stay.encounter.id);
            return false;
        }
        if (!stay.isPlaced || known_.places.current({&stay.encounter, 1}, server(), now_))
            return true;
        known_.elsewhere.insert(stay.encounter.id);
        return false;
    }

    Stay stayOn(const std::vector<Encounter>& levels, const fhir::Patient& patient) const {
        const auto* place = known_.places.current(levels, server(), now_);
        auto stay = stayAt(levels.front(), patient, place ? place : placeIn(levels, now_));
        const auto id = place ? server().findId(place->location, "Location") : unitId_;
        if (auto name = known_.places.name(id.value_or("")); !name.empty())
            stay.location = std::move(name);
        return stay;
    }

    /// An empty list must not hide that somebody was found.
    void noteNobody() {
        const auto over = known_.over.size(), elsewhere = known_.elsewhere.size();
        if (over + elsewhere == 0 || !known_.problems.empty()) return;
        tell({"", "nobody is listed: of the encounters that the server found on this unit, " +
                      std::to_string(over) + " are over by their period, and " +
                      std::to_string(elsewhere) + " are elsewhere now by their place"});
    }

    void leaveOut(const Encounter& encounter, const std::string& why) {
        const auto resource = "Encounter/" + encounter.id;
        tell({"", resource + " is left out: " + why, resource,
              server().findId(encounter.subject, "Patient").value_or("")});
    }

    void tell(fhir::Issue issue) {
        const bool said = std::any_of(known_.problems.begin(), known_.problems.end(),
                                      [&](const auto& one) { return one.text == issue.text; });
        if (!said) known_.problems.push_back(std::move(issue));
    }

    const fhir::Client& client_;
    const Profile& profile_;
    UnitMemory* const memory_;
    const std::string unitId_;
    const fhir::Instant now_;
    UnitMemory::Known known_;  // of this reading; by Encounter id, for pages and batches overlap
    std::map<std::string, Encounter> unplaced_;  // current, and of unknown place; by id
    bool losesPlace_ = false;                    // something was found that was never on this unit
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
