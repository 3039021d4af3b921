#include "plugin/sync/board.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

#include "adapters/local_reference.h"
#include "adapters/merged.h"
#include "plugin/sync/kept.h"

namespace plugin::sync {
namespace {

using store::WardRow;

/// v3 ActCode classes of people who stay outside hospital; every other class, a site's own code
/// included, is somebody in a bed: they are on a unit's list.
bool isOutside(const std::string& encounterClass) {
    static constexpr std::array<std::string_view, 4> kOutside{"AMB", "HH", "VR", "FLD"};
    return std::find(kOutside.begin(), kOutside.end(), encounterClass) != kOutside.end();
}

WardRow rowOf(const adapters::Stay& stay) {
    const auto& encounter = stay.encounter;
    WardRow row;
    row.encounter = encounter.id;
    row.patient = stay.patient.id;
    row.name = fhir::displayName(stay.patient.name);
    if (stay.patient.birthDate) row.birthDate = stay.patient.birthDate->text();
    row.gender = stay.patient.gender.value_or("");
    row.status = encounter.status;
    if (encounter.encounterClass) row.encounterClass = encounter.encounterClass->code.value_or("");
    row.location = stay.location;
    if (encounter.period && encounter.period->start) row.start = encounter.period->start->text();
    if (const auto* place = encounter.currentLocation())
        if (place->period && place->period->start) row.transferred = place->period->start->text();
    return row;
}

/// What a companion server holds about the patients of a list, also under the records whose place,
/// they say, theirs have taken.
adapters::FoundStatements keptOf(const adapters::Worklist& worklist,
                                 std::vector<std::string> patients,
                                 const adapters::Adapter& companion, const adapters::Adapter& ehr) {
    std::map<std::string, std::string> survivors;  // by the reference that was
    for (const auto& stay : worklist.stays)
        for (const auto& id : adapters::replaces(stay.patient, ehr.client().options().base))
            if (std::find(patients.begin(), patients.end(), id) == patients.end())
                survivors["Patient/" + id] = "Patient/" + stay.patient.id;
    for (const auto& [old, now] : survivors) patients.push_back(old.substr(old.find('/') + 1));
    auto kept = findKept(companion, ehr, patients);
    for (auto& observation : kept.observations) {
        auto& reference = observation.subject->reference;
        if (const auto now = survivors.find(reference.value_or("")); now != survivors.end())
            reference = now->second;
    }
    return kept;
}

/// What is in the chart as well is the chart's; but what was entered in error is known of either.
void addKept(adapters::FoundStatements& found, adapters::FoundStatements kept) {
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
    std::move(kept.problems.begin(), kept.problems.end(), std::back_inserter(found.problems));
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
    if (companion != nullptr && !patients.empty())
        addKept(found, keptOf(worklist, patients, *companion, adapter));

    std::map<std::string, fhir::json::Writer> byPatient;
    for (const auto& id : patients) byPatient[id].beginArray();
    for (const auto& observation : found.observations) {
        const auto subject = observation.subject.value_or(fhir::Reference{});
        if (const auto id = adapters::localId(subject, "Patient", adapter.client().options()))
            if (const auto at = byPatient.find(*id); at != byPatient.end())
                observation.toJson(at->second);
    }
    std::map<std::string, std::string> statements;
    for (auto& [id, writer] : byPatient) statements[id] = writer.endArray().take();

    WardRead result;
    for (const auto& stay : worklist.stays) {
        auto row = rowOf(stay);
        row.statements = statements[row.patient];
        result.rows.push_back(std::move(row));
        for (auto& id : adapters::replaces(stay.patient, adapter.client().options().base))
            result.replaced.push_back(std::move(id));
    }
    for (const auto& issue : worklist.problems) result.problems.push_back(issue.text);
    for (const auto& issue : found.problems) result.problems.push_back(issue.text);
    return result;
}

std::vector<domain::Statement> toStatements(const std::vector<fhir::Observation>& observations) {
    std::vector<domain::Statement> result;
    for (const auto& observation : observations)
        if (auto statement = domain::fromObservation(observation))
            result.push_back(std::move(*statement));
    return result;
}

std::vector<domain::Statement> statementsOf(const WardRow& row) {
    std::vector<domain::Statement> result;
    const auto document = fhir::json::Document::parse(row.statements);
    for (const auto element : document.root().array())
        if (auto statement = domain::fromObservation(fhir::Observation::fromJson(element)))
            result.push_back(std::move(*statement));
    return result;
}

domain::StayContext stayOf(const WardRow& row) {
    domain::StayContext stay;
    stay.inHospital = !isOutside(row.encounterClass);
    if (const auto start = fhir::DateTime::tryParse(row.start)) stay.admitted = start->earliest();
    if (const auto moved = fhir::DateTime::tryParse(row.transferred))
        if (stay.admitted && moved->earliest() > *stay.admitted)
            stay.transferred = moved->earliest();
    return stay;
}

domain::StayContext stayOf(const fhir::Encounter& encounter) {
    return stayOf(rowOf({encounter, {}, {}}));
}

void writeWhatMatters(fhir::json::Writer& writer, const domain::Summary& summary) {
    const auto& judgement = summary.judgement;
    writer.beginObject();
    if (const auto* statement = judgement.current) {
        if (statement->keepToTeam)
            writer.member("kept", true);
        else
            writer.member("text", statement->text);
        const bool patient = statement->speaker == domain::Speaker::Patient;
        if (domain::isTimeKnown(*statement)) writer.member("said", statement->said.text());
        writer.member("aspect", domain::toString(summary.aspect))
            .member("by", patient ? "patient" : "related-person")
            .member("byName", statement->speakerName)
            .member("language", statement->language);
    }
    writer.member("freshness", domain::toString(judgement.freshness))
        .member("reason", judgement.reason)
        .endObject();
}

}  // namespace plugin::sync
