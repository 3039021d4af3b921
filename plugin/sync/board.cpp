#include "plugin/sync/board.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "adapters/patient_links.h"
#include "plugin/records/companion_statements.h"
#include "plugin/records/projection.h"

namespace plugin::sync {
namespace {

constexpr const char* kNoStatements = "[]";

/// What a companion server holds about the patients of a list, also under the records whose place,
/// they say, theirs have taken.
records::CompanionStatements keptOf(const adapters::Worklist& worklist,
                                    std::vector<std::string> patients,
                                    const adapters::Adapter& companion,
                                    const adapters::Adapter& ehr) {
    std::map<std::string, std::string> survivors;  // by the reference that was
    for (const auto& stay : worklist.stays)
        for (const auto& id : adapters::replaces(stay.patient, ehr.client().server()))
            if (std::find(patients.begin(), patients.end(), id) == patients.end())
                survivors["Patient/" + id] = "Patient/" + stay.patient.id;
    for (const auto& [old, now] : survivors) patients.push_back(old.substr(old.find('/') + 1));
    auto kept = records::findCompanionStatements(companion, ehr, patients);
    for (auto& observation : kept.observations) {
        auto& reference = observation.subject->reference;
        if (const auto now = survivors.find(reference.value_or("")); now != survivors.end())
            reference = now->second;
    }
    return kept;
}

/// What of a companion is not in the chart as well; but what was entered in error is known of
/// either.
std::vector<fhir::Observation> onlyKept(const adapters::FoundStatements& found,
                                        std::vector<fhir::Observation> kept) {
    std::set<std::string> known;
    for (const auto& observation : found.observations)
        for (const auto& identifier : observation.identifier)
            known.insert(identifier.value.value_or(""));
    std::erase_if(kept, [&](const fhir::Observation& observation) {
        const auto isKnown = [&](const fhir::Identifier& one) {
            return known.count(one.value.value_or("")) != 0;
        };
        return observation.status != "entered-in-error" &&
               std::any_of(observation.identifier.begin(), observation.identifier.end(), isKnown);
    });
    return kept;
}

/// Writes the statements of each patient of a list.
class StatementLists {
public:
    StatementLists(const std::vector<std::string>& patients, const fhir::ServerAddress& server)
        : server_(server) {
        for (const auto& id : patients) writers_[id].beginArray();
    }

    void add(const fhir::Observation& observation, const adapters::Sent& sent = {}) {
        const auto id = server_.findId(observation.subject, "Patient");
        const auto at = id ? writers_.find(*id) : writers_.end();
        if (at == writers_.end() || records::writeStatement(at->second, observation, sent)) return;
        problems_.push_back({.path = "",
                             .text = "Observation/" + observation.id +
                                     " cannot be kept: it has characters that no text may have",
                             .resource = "Observation/" + observation.id,
                             .patient = *id});
    }

    std::map<std::string, std::string> take() {
        std::map<std::string, std::string> lists;
        for (auto& [id, writer] : writers_) lists[id] = writer.endArray().take();
        return lists;
    }
    const std::vector<fhir::Issue>& problems() const noexcept { return problems_; }

private:
    const fhir::ServerAddress& server_;
    std::map<std::string, fhir::json::Writer> writers_;  ///< by Patient id
    std::vector<fhir::Issue> problems_;
};

/// A server that has no Observation at all costs nobody their place on the list.
adapters::FoundStatements statementsOfAll(const adapters::Adapter& adapter,
                                          const std::vector<std::string>& patients) {
    try {
        return adapter.statements(patients);
    } catch (const fhir::Error& error) {
        if (error.kind() != fhir::ErrorKind::NotFound) throw;
        adapters::FoundStatements none;
        none.problems.push_back(
            {"", std::string("what matters to the people here cannot be read: ") + error.what()});
        none.unread.insert(patients.begin(), patients.end());
        return none;
    }
}

/// Of those for whom the EHR was away, what was known at the last reading: the whole row where
/// nobody knows whether they are here, the words where they are.
void standIn(std::vector<store::WardRow>& rows, const std::vector<store::WardRow>& held,
             const std::set<std::string>& stays, const std::set<std::string>& words) {
    for (const auto& last : held) {
        const auto row = std::find_if(rows.begin(), rows.end(), [&](const store::WardRow& one) {
            return one.patient == last.patient;
        });
        if (row == rows.end() && stays.count(last.patient) != 0) {
            rows.push_back(last);
            rows.back().isUnread = true;
        } else if (row != rows.end() && words.count(last.patient) != 0 &&
                   row->statements == kNoStatements) {
            row->statements = last.statements;
        }
    }
}

/// The type of the resource, and the element in it without the indexes of lists. "other" where the
/// problem is about none.
std::string kindOf(const fhir::Issue& issue) {
    constexpr std::string_view kResource = "/resource";
    std::string kind = issue.resource.substr(0, issue.resource.find('/'));
    if (kind.empty() && !issue.patient.empty()) kind = "Patient";
    std::string_view path = issue.path;
    if (const auto at = path.find(kResource); at != std::string_view::npos)
        path.remove_prefix(at + kResource.size());
    std::string element;
    while (!path.empty()) {
        const auto part = path.substr(0, path.find('/', 1));
        const bool isIndex = part.find_first_not_of("/0123456789") == std::string_view::npos;
        if (!isIndex) element += part;
        path.remove_prefix(part.size());
    }
    if (kind.empty() && element.empty()) return "other";
    return kind + (kind.empty() || element.empty() ? "" : " ") + element;
}

}  // namespace

std::vector<std::string> WardRead::problemTexts() const {
    std::vector<std::string> texts;
    for (const auto& one : problems) texts.push_back(one.text);
    return texts;
}

std::string WardRead::problemKinds() const {
    std::map<std::string, std::size_t> counts;
    for (const auto& one : problems) ++counts[kindOf(one)];
    std::string all;
    for (const auto& [kind, count] : counts)
        all += (all.empty() ? "" : ", ") + kind + ": " + std::to_string(count);
    return all;
}

WardRead readWard(const adapters::Adapter& adapter, const adapters::WorklistQuery& query,
                  fhir::Instant now, const adapters::Adapter* companion, const HeldRows& held) {
    const auto worklist = adapter.worklist(query);
    std::vector<std::string> patients;
    for (const auto& stay : worklist.stays) patients.push_back(stay.patient.id);
    auto found = statementsOfAll(adapter, patients);
    StatementLists lists(patients, adapter.client().server());
    for (const auto& observation : found.observations) {
        const auto sent = found.originals.find(observation.id);
        lists.add(observation, sent == found.originals.end() ? adapters::Sent() : sent->second);
    }
    if (companion != nullptr && !patients.empty()) {
        auto kept = keptOf(worklist, patients, *companion, adapter);
        if (auto notice = records::companionNotice(kept.reading, *companion); !notice.empty()) {
            found.problems.push_back({"", std::move(notice)});
            found.unread.insert(patients.begin(), patients.end());
        }
        for (const auto& one : onlyKept(found, std::move(kept.observations))) lists.add(one);
    }
    for (const auto& issue : lists.problems()) {
        found.problems.push_back(issue);
        found.unread.insert(issue.patient);
    }
    auto statements = lists.take();

    WardRead result;
    for (const auto& stay : worklist.stays) {
        auto row = records::rowOf(stay, now);
        row.statements = statements[row.patient];
        row.isUnread = found.unread.count(row.patient) != 0;
        result.rows.push_back(std::move(row));
        for (auto& id : adapters::replaces(stay.patient, adapter.client().server()))
            result.replaced.push_back(std::move(id));
    }
    if (held && !(worklist.away.empty() && found.away.empty()))
        standIn(result.rows, held(), worklist.away, found.away);
    result.problems = worklist.problems;
    result.problems.insert(result.problems.end(), found.problems.begin(), found.problems.end());
    return result;
}

}  // namespace plugin::sync
