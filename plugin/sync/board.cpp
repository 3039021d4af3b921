#include "plugin/sync/board.h"

#include <algorithm>
#include <map>
#include <set>

#include "adapters/patient_links.h"
#include "plugin/records/companion_statements.h"
#include "plugin/records/projection.h"

namespace plugin::sync {
namespace {

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

/// What is in the chart as well is the chart's; but what was entered in error is known of either.
void addKept(adapters::FoundStatements& found, records::CompanionStatements kept) {
    std::set<std::string> known;
    for (const auto& observation : found.observations)
        for (const auto& identifier : observation.identifier)
            known.insert(identifier.value.value_or(""));
    for (auto& observation : kept.observations) {
        const auto isKnown = [&](const fhir::Identifier& one) {
            return known.count(one.value.value_or("")) != 0;
        };
        const bool isThere =
            std::any_of(observation.identifier.begin(), observation.identifier.end(), isKnown);
        if (!isThere || observation.status == "entered-in-error")
            found.observations.push_back(std::move(observation));
    }
}

}  // namespace

WardRead readWard(const adapters::Adapter& adapter, const adapters::WorklistQuery& query,
                  const adapters::Adapter* companion) {
    const auto worklist = adapter.worklist(query);
    std::vector<std::string> patients;
    for (const auto& stay : worklist.stays)
        if (std::find(patients.begin(), patients.end(), stay.patient.id) == patients.end())
            patients.push_back(stay.patient.id);
    auto found = adapter.statements(patients);
    if (companion != nullptr && !patients.empty()) {
        auto kept = keptOf(worklist, patients, *companion, adapter);
        if (auto notice = records::companionNotice(kept.reading, *companion); !notice.empty())
            found.problems.push_back({"", std::move(notice)});
        addKept(found, std::move(kept));
    }

    std::map<std::string, fhir::json::Writer> byPatient;
    for (const auto& id : patients) byPatient[id].beginArray();
    for (const auto& observation : found.observations) {
        if (const auto id = adapter.client().server().findId(observation.subject, "Patient"))
            if (const auto at = byPatient.find(*id); at != byPatient.end())
                observation.toJson(at->second);
    }
    std::map<std::string, std::string> statements;
    for (auto& [id, writer] : byPatient) statements[id] = writer.endArray().take();

    WardRead result;
    for (const auto& stay : worklist.stays) {
        auto row = records::rowOf(stay);
        row.statements = statements[row.patient];
        result.rows.push_back(std::move(row));
        for (auto& id : adapters::replaces(stay.patient, adapter.client().server()))
            result.replaced.push_back(std::move(id));
    }
    for (const auto& issue : worklist.problems) result.problems.push_back(issue.text);
    for (const auto& issue : found.problems) result.problems.push_back(issue.text);
    return result;
}

}  // namespace plugin::sync
