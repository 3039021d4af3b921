#include "adapters/worklist/stays_of.h"

#include <algorithm>
#include <array>
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

bool isOneOf(const std::string& text, const std::vector<std::string>& list) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

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
        const auto lists = batches(patients, context_.profile.patientsPerSearch);
        std::size_t done = 0;
        fanOut(lists.size(), context_.profile.concurrentRequests, [&](std::size_t i) {
            searchOne(lists[i]);
            const std::lock_guard lock(mutex_);
            done += lists[i].size();
            if (context_.progress) context_.progress(done, patients.size());
        });
    }

    Worklist finish(const std::vector<std::string>& patients) {
        for (const auto& id : patients)
            if (found_.count(id) == 0)
                problems_.push_back({"", "Patient/" + id + " has no current encounter"});
        std::vector<std::string> present;
        for (const auto& [id, encounter] : found_) present.push_back(id);
        patients_.fetch(context_.client, context_.profile, present);
        nameLocations();
        if (context_.memory) {
            context_.memory->keepNames(names_, now_);
            for (auto& [id, known] : known_) {
                known.patient = patients_.only(id);
                context_.memory->keep(key(id), std::move(known));
            }
        }
        Worklist worklist;
        for (auto& [id, encounter] : found_) {
            if (const auto* patient = patients_.find(id))
                worklist.stays.push_back({encounter, *patient, locationName(encounter)});
            else
                problems_.push_back(
                    {"", "Encounter/" + encounter.id + " is left out: " + patients_.why(id)});
        }
        worklist.problems = std::move(problems_);
        sortStays(worklist.stays);
        return worklist;
    }

private:
    const fhir::ServerAddress& server() const { return context_.client.server(); }

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
                    const auto location = fhir::Location::fromJson(entry.resource);
                    brought.names[location.id] = location.name.value_or("");
                }
                if (entry.resourceType != Encounter::resourceType || entry.mode != "match") return;
                auto encounter = Encounter::fromJson(entry.resource);
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
        if (!patient || asked.count(*patient) == 0) {
            problems_.push_back({"", "Encounter/" + encounter.id +
                                         " is left out: it is not about a patient asked for. The "
                                         "server seems to lose the patient filter"});
            return;
        }
        mapClass(encounter, context_.profile);
        const auto [at, isNew] = found_.try_emplace(*patient, encounter);
        if (!isNew && isBetterStay(encounter, at->second)) at->second = std::move(encounter);
    }

    /// Reads the Locations that came neither with a name nor along.
    void nameLocations() {
        std::vector<std::string> ids;
        for (const auto& [patient, encounter] : found_)
            if (const auto* place = encounter.currentLocation(); place && !place->location.display)
                if (const auto id = server().findId(place->location, "Location"))
                    if (names_.count(*id) == 0) ids.push_back(*id);
        ids = distinct(ids);
        fanOut(ids.size(), context_.profile.concurrentRequests, [&](std::size_t i) {
            std::string name;
            try {
                name = context_.client.read<fhir::Location>(ids[i]).name.value_or("");
            } catch (const Error& error) {
                // A bed without a name is still a patient on the list.
                if (error.kind() == ErrorKind::Unavailable ||
                    error.kind() == ErrorKind::Unauthorized)
                    throw;
            }
            const std::lock_guard lock(mutex_);
            names_[ids[i]] = name;
        });
    }

    std::string locationName(const Encounter& encounter) const {
        const auto* place = encounter.currentLocation();
        if (place == nullptr) return {};
        if (place->location.display) return *place->location.display;
        const auto id = server().findId(place->location, "Location");
        const auto name = id ? names_.find(*id) : names_.end();
        return name == names_.end() ? "" : name->second;
    }

    const WorklistContext& context_;
    Among among_;
    fhir::Instant now_;
    std::mutex mutex_;
    std::vector<fhir::Issue> problems_;
    Patients patients_;
    std::map<std::string, Encounter> found_;          // by Patient id
    std::map<std::string, StayMemory::Known> known_;  // by Patient id
    std::map<std::string, std::string> names_;        // of Locations, by id
};

}  // namespace

bool isCurrent(const fhir::Encounter& encounter, const Profile& profile, fhir::Instant now,
               Among among) {
    const bool expected = among == Among::Expected && encounter.status == "planned";
    if (!expected && !isOneOf(encounter.status, profile.currentStatuses)) return false;
    return !encounter.period || !encounter.period->end || encounter.period->end->latest() >= now;
}

bool isBetterStay(const fhir::Encounter& left, const fhir::Encounter& right) {
    const auto isVisit = [](const fhir::Encounter& one) {
        static constexpr std::array<std::string_view, 4> kVisits{"AMB", "HH", "VR", "FLD"};
        const auto code = one.encounterClass ? one.encounterClass->code.value_or("") : "";
        return std::find(kVisits.begin(), kVisits.end(), code) != kVisits.end();
    };
    if (isVisit(left) != isVisit(right)) return isVisit(right);
    const auto start = [](const fhir::Encounter& one) {
        return one.period && one.period->start ? one.period->start->earliest()
                                               : fhir::Instant::min();
    };
    if (start(left) != start(right)) return start(left) > start(right);
    return left.id < right.id;
}

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
