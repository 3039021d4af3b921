#include "adapters/worklist/stays_of.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "adapters/encounter_class.h"
#include "adapters/fan_out.h"
#include "adapters/search_query.h"
#include "adapters/worklist/patients.h"
#include "adapters/worklist/stay_memory.h"
#include "fhir/r4/location.h"

namespace adapters {
namespace {

using fhir::Encounter;
using fhir::Error;
using fhir::ErrorKind;

constexpr std::size_t kPatientsMax = 2000;  ///< of one unit; more is no unit but a register

/// Gathers the stays of all patients; its searches run side by side.
class StayGathering {
public:
    StayGathering(const WorklistContext& context, std::vector<fhir::Issue> problems, Among among)
        : context_(context),
          among_(among),
          now_(context.clock.now()),
          problems_(std::move(problems)) {
        if (context_.memory) names_ = context_.memory->names(now_);
    }

    void search(const std::vector<std::string>& patients) {
        std::size_t done = 0;
        const auto& profile = context_.profile;
        failures_ = fanOutLists(patients, profile.patientsPerSearch, profile.concurrentRequests,
                                [&](const std::vector<std::string>& some) {
                                    searchOne(some);
                                    const std::lock_guard lock(mutex_);
                                    done += some.size();
                                    if (context_.progress) context_.progress(done, patients.size());
                                });
        if (!patients.empty() && failures_.size() == patients.size())
            throw failures_.begin()->second;
    }

    Worklist finish(const std::vector<std::string>& patients) {
        Worklist worklist;
        noteMissing(patients, worklist);
        std::vector<std::string> present;
        for (auto& [id, encounters] : found_) {
            present.push_back(id);
            encounters = levelsOf(std::move(encounters), server());
        }
        patients_.fetch(context_.client, context_.profile, present);
        const auto& unread = patients_.problems();
        problems_.insert(problems_.end(), unread.begin(), unread.end());
        nameLocations();
        if (context_.memory) {
            context_.memory->keepNames(names_, now_);
            for (auto& [id, known] : known_) {
                known.patient = patients_.only(id);
                context_.memory->keep(key(id), std::move(known));
            }
        }
        for (const auto& [id, levels] : found_) {
            const auto& encounter = levels.front();
            if (const auto* patient = patients_.find(id)) {
                const auto* place = placeIn(levels, now_);
                auto& stay = worklist.stays.emplace_back(stayAt(encounter, *patient, place));
                if (place && stay.location.empty()) stay.location = nameOf(*place);
            } else {
                leaveOut(encounter, id, patients_.why(id));
                if (patients_.isAway(id)) worklist.away.insert(id);
            }
        }
        worklist.problems = std::move(problems_);
        sortStays(worklist.stays, now_);
        return worklist;
    }

private:
    const fhir::ServerAddress& server() const { return context_.client.server(); }

    /// Says of each who is not listed why.
    void noteMissing(const std::vector<std::string>& patients, Worklist& worklist) {
        for (const auto& id : patients) {
            if (found_.count(id) != 0) continue;
            const auto failure = failures_.find(id);
            const auto why =
                failure == failures_.end()
                    ? " has no current encounter"
                    : std::string(": their encounters cannot be read: ") + failure->second.what();
            problems_.push_back({.path = "", .text = "Patient/" + id + why, .patient = id});
            if (failure != failures_.end() && isAway(failure->second)) worklist.away.insert(id);
        }
    }

    void leaveOut(const Encounter& encounter, const std::string& patient, const std::string& why) {
        const auto resource = "Encounter/" + encounter.id;
        problems_.push_back({"", resource + " is left out: " + why, resource, patient});
    }

    /// What one search brought.
    struct Brought {
        std::vector<Encounter> encounters;
        Patients patients;
        std::map<std::string, std::string> names;
        std::vector<fhir::Issue> issues;
    };

    Brought ask(const std::vector<std::string>& patients,
                const std::optional<fhir::Instant>& since) const {
        const auto& profile = context_.profile;
        fhir::Query query{{"patient", joinedReferences(profile, "Patient", patients)}};
        if (since)
            // Of whatever status: an encounter that has ended is a change.
            query.add("_lastUpdated", "ge" + fhir::DateTime::fromInstant(
                                                 std::chrono::floor<std::chrono::seconds>(*since))
                                                 .text());
        else if (among_ == Among::Here)
            // Without "planned" among them the server would leave out those who are expected.
            addStatuses(query, profile);
        addIncludes(query, profile);
        addPageSize(query, profile);
        Brought brought;
        auto outcome =
            context_.client.search("Encounter", query, [&](const fhir::BundleEntry& entry) {
                brought.patients.take(entry);
                if (entry.resourceType == fhir::Location::resourceType) {
                    const auto location = entry.read<fhir::Location>();
                    brought.names[location.id] = location.name.value_or("");
                }
                if (entry.resourceType != Encounter::resourceType || entry.mode != "match") return;
                auto encounter = entry.read<Encounter>();
                if (encounter.id.empty()) entry.resource.refuse("has no id");
                brought.encounters.push_back(std::move(encounter));
            });
        brought.issues = std::move(outcome.issues);
        return brought;
    }

    void searchOne(const std::vector<std::string>& patients) {
        auto since = context_.memory
                         ? context_.memory->since(keys(patients), now_, context_.query.wholeEvery)
                         : std::nullopt;
        auto brought = [&] {
            try {
                return ask(patients, since);
            } catch (const Error& error) {
                if (!since || error.kind() != ErrorKind::Refused) throw;
                since.reset();
                return ask(patients, since);
            }
        }();
        // What cannot be read now might be the change: the rest of it is no change either.
        if (since && !brought.issues.empty()) {
            since.reset();
            brought = ask(patients, since);
        }
        const std::lock_guard lock(mutex_);
        problems_.insert(problems_.end(), brought.issues.begin(), brought.issues.end());
        patients_.take(std::move(brought.patients));
        names_.merge(brought.names);
        if (context_.memory) remember(patients, brought.encounters, since.has_value());
        const std::set<std::string> asked(patients.begin(), patients.end());
        for (auto& encounter : brought.encounters) consider(std::move(encounter), asked);
    }

    /// Puts what is known beside what has changed, and notes both for the next reading.
    void remember(const std::vector<std::string>& patients, std::vector<Encounter>& encounters,
                  bool isChangesAlone) {
        for (const auto& id : patients) {
            StayMemory::Known known;
            if (isChangesAlone) known = context_.memory->find(key(id));
            auto& all = known.encounters;
            std::vector<Encounter> others;
            for (const auto& one : encounters) {
                if (server().findId(one.subject, "Patient") != id) continue;
                std::erase_if(all, [&](const auto& old) { return old.id == one.id; });
                others.push_back(one);
            }
            if (isChangesAlone) {
                encounters.insert(encounters.end(), all.begin(), all.end());
                patients_.take(Patients(known.patient));
            } else {
                known.wholeAt = now_;
            }
            all.insert(all.end(), others.begin(), others.end());
            known.readAt = now_;
            known_[id] = std::move(known);
        }
    }

    /// Who is expected is no patient of a unit that lists who is here.
    std::string key(const std::string& patient) const {
        return (among_ == Among::Here ? "here " : "expected ") + patient;
    }
    std::vector<std::string> keys(const std::vector<std::string>& patients) const {
        std::vector<std::string> result;
        for (const auto& id : patients) result.push_back(key(id));
        return result;
    }

    void consider(Encounter encounter, const std::set<std::string>& asked) {
        if (!isCurrent(encounter, context_.profile, now_, among_)) return;
        const auto patient = server().findId(encounter.subject, "Patient");
        if (!patient || asked.count(*patient) == 0)
            return leaveOut(encounter, patient.value_or(""),
                            "it is not about a patient asked for. The server seems to lose the "
                            "patient filter");
        mapClass(encounter, context_.profile);
        found_[*patient].push_back(std::move(encounter));
    }

    /// Reads the Locations that came neither with a name nor along.
    void nameLocations() {
        std::vector<std::string> ids;
        for (const auto& [patient, levels] : found_)
            if (const auto* place = placeIn(levels, now_); place && !place->location.display)
                if (const auto id = server().findId(place->location, "Location"))
                    if (names_.count(*id) == 0) ids.push_back(*id);
        ids = distinct(ids);
        // A bed whose name cannot be read is still a patient on the list.
        const auto failures =
            fanOut(ids.size(), context_.profile.concurrentRequests, [&](std::size_t i) {
                std::vector<fhir::Issue> unread;
                auto name = context_.client.read<fhir::Location>(ids[i], unread).name.value_or("");
                const std::lock_guard lock(mutex_);
                names_[ids[i]] = std::move(name);
                problems_.insert(problems_.end(), unread.begin(), unread.end());
            });
        for (const auto& [i, error] : failures)
            if (error.kind() != ErrorKind::Unavailable) names_[ids[i]] = "";  // as the next time
    }

    std::string nameOf(const Encounter::Location& place) const {
        const auto id = server().findId(place.location, "Location");
        const auto name = id ? names_.find(*id) : names_.end();
        return name == names_.end() ? "" : name->second;
    }

    const WorklistContext& context_;
    Among among_;
    fhir::Instant now_;
    std::mutex mutex_;
    std::vector<fhir::Issue> problems_;
    Patients patients_;
    std::map<std::string, Error> failures_;                // by Patient id
    std::map<std::string, std::vector<Encounter>> found_;  // by Patient id
    std::map<std::string, StayMemory::Known> known_;       // by Patient id
    std::map<std::string, std::string> names_;             // of Locations, by id
};

}  // namespace

Worklist staysOf(const WorklistContext& context, const std::vector<std::string>& patientIds,
                 std::vector<fhir::Issue> problems, Among among) {
    const auto patients = distinct(patientIds);
    if (patients.size() > kPatientsMax)
        throw Error(ErrorKind::InvalidInput,
                    "the unit has " + std::to_string(patients.size()) + " patients, more than " +
                        std::to_string(kPatientsMax) + "; name a smaller one",
                    "/worklist");
    StayGathering gathering(context, std::move(problems), among);
    gathering.search(patients);
    return gathering.finish(patients);
}

std::string requireReference(const std::string& reference, std::string_view type,
                             const char* member, std::string_view source) {
    const auto parts = fhir::parseReference(reference);
    if (!parts || parts->type != type)
        throw Error(ErrorKind::InvalidInput,
                    "the worklist source " + std::string(source) + " needs " + member + " as " +
                        std::string(type) + "/id",
                    "/worklist/" + std::string(member));
    return parts->id;
}

Worklist listPatients(const WorklistContext& context) {
    std::vector<std::string> ids;
    for (const auto& reference : context.query.patients)
        ids.push_back(requireReference(reference, "Patient", "patients", "patients"));
    if (ids.empty()) requireReference("", "Patient", "patients", "patients");
    return staysOf(context, ids, {});
}

}  // namespace adapters
