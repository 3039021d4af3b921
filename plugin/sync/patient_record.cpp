#include "plugin/sync/patient_record.h"

#include "plugin/domain/summary.h"
#include "plugin/store/merge_table.h"
#include "plugin/store/statement_table.h"
#include "plugin/store/ward_table.h"
#include "plugin/sync/board.h"
#include "plugin/sync/merges.h"

namespace plugin::sync {
namespace {

using fhir::ErrorKind;

void takeRow(PatientRecord& record, const store::WardRow& row) {
    record.encounterStatus = row.status;
    record.encounterClass = row.encounterClass;
    record.location = row.location;
    record.start = row.start;
    record.stay = stayOf(row);
}

void takePatient(PatientRecord& record, const fhir::Patient& patient) {
    record.name = fhir::displayName(patient.name);
    record.birthDate = patient.birthDate ? patient.birthDate->text() : "";
    record.gender = patient.gender.value_or("");
    record.languages = patient.language;
    for (const auto& identifier : patient.identifier)
        if (record.identifier.empty() && identifier.use != "old")
            record.identifier = identifier.value.value_or("");
}

void takeEncounter(PatientRecord& record, const fhir::Encounter& encounter) {
    record.encounterStatus = encounter.status;
    if (encounter.encounterClass)
        record.encounterClass = encounter.encounterClass->code.value_or("");
    if (encounter.period && encounter.period->start) record.start = encounter.period->start->text();
    record.stay = stayOf(encounter);
}

}  // namespace

PatientRecord readPatientRecord(const adapters::Adapter& adapter, store::Database& database,
                                const std::string& connection, const std::string& asked,
                                const std::string& encounter, fhir::Instant now) {
    PatientRecord record;
    const store::WardTable wards(database);
    auto patient = store::MergeTable(database).current(connection, asked);
    const auto row = wards.findPatient(connection, patient);
    if (row && (encounter.empty() || row->encounter == encounter)) takeRow(record, *row);
    std::vector<domain::Statement> fromEhr;
    try {
        const auto read = readFollowing(adapter, database, connection, patient, now);
        patient = read.id;
        takePatient(record, read);
        const auto found = adapter.statements({patient});
        fromEhr = toStatements(found.observations);
        if (!found.problems.empty())
            record.notice = "Some entries in the chart could not be read: " +
                            std::to_string(found.problems.size()) + ".";
        if (record.encounterStatus.empty() && !encounter.empty()) {
            const auto stay = adapter.encounter(encounter);
            if (stay.subject && stay.subject->relative() == "Patient/" + patient)
                takeEncounter(record, stay);
        }
        record.readAt = now;
    } catch (const fhir::Error& error) {
        const bool down = error.kind() == ErrorKind::Unavailable ||
                          error.kind() == ErrorKind::BadReply ||
                          error.kind() == ErrorKind::Unauthorized;
        if (!down || !row) throw;
        record.name = row->name;
        record.birthDate = row->birthDate;
        record.gender = row->gender;
        fromEhr = statementsOf(*row);
        record.notice =
            "The EHR cannot be read at the moment. This is what was known when it "
            "was last read.";
    }
    const store::StatementTable ours(database);
    record.statements = domain::merge(std::move(fromEhr), ours.ofPatients(connection, {patient}));
    return record;
}

}  // namespace plugin::sync
