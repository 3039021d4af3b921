#include "plugin/records/projection.h"

#include <algorithm>
#include <array>

#include "fhir/base/json.h"
#include "fhir/base/log.h"
#include "fhir/r4/element.h"

namespace plugin::records {

using store::WardRow;

namespace {

/// The member around an Observation that nobody sent; without it, it is as it was sent.
constexpr const char* kMade = "made";

/// v3 ActCode classes of people who stay outside hospital; every other class, a site's own code
/// included, is somebody in a bed: they are on a unit's list.
bool isOutside(const std::string& encounterClass) {
    static constexpr std::array<std::string_view, 4> kOutside{"AMB", "HH", "VR", "FLD"};
    return std::find(kOutside.begin(), kOutside.end(), encounterClass) != kOutside.end();
}

}  // namespace

WardRow rowOf(const adapters::Stay& stay, fhir::Instant now) {
    const auto& encounter = stay.encounter;
    WardRow row;
    row.encounter = encounter.id;
    row.patient = stay.patient.id;
    row.name = fhir::displayName(stay.patient.name, now);
    if (stay.patient.birthDate) row.birthDate = stay.patient.birthDate->text();
    row.gender = stay.patient.gender.value_or("");
    row.status = encounter.status;
    if (encounter.encounterClass) row.encounterClass = encounter.encounterClass->code.value_or("");
    row.location = stay.location;
    if (encounter.period && encounter.period->start) row.start = encounter.period->start->text();
    if (stay.arrived) row.transferred = stay.arrived->text();
    return row;
}

std::vector<domain::Statement> toStatements(const std::vector<fhir::Observation>& observations) {
    std::vector<domain::Statement> result;
    for (const auto& observation : observations)
        if (auto statement = domain::fromObservation(observation))
            result.push_back(std::move(*statement));
    return result;
}

std::vector<domain::Statement> toStatements(const adapters::FoundStatements& found) {
    std::vector<domain::Statement> result;
    for (const auto& observation : found.observations) {
        auto statement = domain::fromObservation(observation);
        if (!statement) continue;
        if (const auto sent = found.originals.find(observation.id); sent != found.originals.end())
            statement->original = sent->second.json;
        result.push_back(*std::move(statement));
    }
    return result;
}

bool writeStatement(fhir::json::Writer& writer, const fhir::Observation& observation,
                    const adapters::Sent& sent) {
    if (sent.isObservation && !sent.json.empty()) {
        writer.raw(sent.json);
        return true;
    }
    try {
        const auto made = fhir::toJsonText(observation);
        writer.beginObject().key(kMade).raw(made).endObject();
        return true;
    } catch (const fhir::Error& error) {
        if (error.kind() != fhir::ErrorKind::InvalidInput) throw;
        return false;
    }
}

std::vector<domain::Statement> statementsOf(const WardRow& row, const adapters::Adapter& ehr) {
    std::vector<domain::Statement> result;
    const auto document = fhir::json::Document::parse(row.statements);
    for (const auto element : document.root().array()) {
        try {
            const auto made = element.find(kMade);
            if (auto statement = domain::fromObservation(made ? fhir::Observation::fromJson(*made)
                                                              : ehr.statementIn(element)))
                result.push_back(std::move(*statement));
        } catch (const fhir::Error& error) {
            // What another version of ours could read, until the unit is read again.
            if (error.kind() != fhir::ErrorKind::InvalidInput) throw;
            fhir::log::warning("a record of the last reading cannot be read",
                               {{"why", error.path()}});
        }
    }
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

}  // namespace plugin::records
