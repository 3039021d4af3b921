#include "plugin/records/patient_record.h"

#include <algorithm>
#include <future>

#include "adapters/local_reference.h"
#include "adapters/patient_links.h"
#include "plugin/domain/summary.h"
#include "plugin/records/companion_statements.h"
#include "plugin/records/merges.h"
#include "plugin/records/projection.h"
#include "plugin/store/tables/merge_table.h"
#include "plugin/store/tables/statement_table.h"
#include "plugin/store/tables/ward_table.h"

namespace plugin::records {
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

/// Throws where the EHR says no to the user, in words for them.
void passOnRefusal(ErrorKind kind) {
    if (kind == ErrorKind::Unauthorized)
        throw fhir::Error(kind,
                          "The EHR no longer lets you read here. Open What Matters again from the "
                          "chart.");
    if (kind == ErrorKind::Forbidden)
        throw fhir::Error(kind,
                          "The EHR does not allow you to see this patient. If you need to, ask the "
                          "people who look after the EHR.");
}

/// What a companion server holds, read on a thread of its own from when this is made.
class CompanionReading {
public:
    CompanionReading(const adapters::Adapter* companion, const adapters::Adapter& ehr,
                     std::vector<std::string> patients)
        : companion_(companion), ehr_(ehr), asked_(std::move(patients)) {
        if (companion_ != nullptr)
            found_ = std::async(std::launch::async, [this] { return find(asked_); });
    }

    /// Adds what was found, and what is found under the records that these patients' took the place
    /// of, to the record.
    void bring(PatientRecord& record, const std::string& patient,
               const std::vector<std::string>& replaced) {
        if (companion_ == nullptr) return;
        take(record, patient, found_.get());
        std::vector<std::string> more;
        for (const auto& id : replaced)
            if (std::find(asked_.begin(), asked_.end(), id) == asked_.end()) more.push_back(id);
        if (!more.empty()) take(record, patient, find(more));
    }

private:
    adapters::FoundStatements find(const std::vector<std::string>& patients) const {
        return findCompanionStatements(*companion_, ehr_, patients,
                                       fhir::deadlineIn(kCompanionPatience));
    }

    static void take(PatientRecord& record, const std::string& patient,
                     const adapters::FoundStatements& found) {
        auto statements = toStatements(found.observations);
        for (auto& one : statements) one.patient = patient;
        record.statements = domain::merge(std::move(record.statements), statements);
        for (const auto& problem : found.problems)
            record.notice += (record.notice.empty() ? "" : " ") + problem.text;
    }

    const adapters::Adapter* companion_;
    const adapters::Adapter& ehr_;
    const std::vector<std::string> asked_;
    std::future<adapters::FoundStatements> found_;  // last, so that it ends first
};

}  // namespace

PatientRecord readPatientRecord(const adapters::Adapter& adapter, store::Database& database,
                                const std::string& connection, const std::string& asked,
                                const std::string& encounter, fhir::Instant now,
                                const adapters::Adapter* companion, Reader reader) {
    PatientRecord record;
    const store::WardTable wards(database);
    auto patient = store::MergeTable(database).current(connection, asked);
    const auto row = wards.findPatient(connection, patient);
    if (row && (encounter.empty() || row->encounter == encounter)) takeRow(record, *row);
    std::vector<std::string> replaced;
    CompanionReading kept(companion, adapter, {patient, asked});
    try {
        const auto read = readFollowing(adapter, database, connection, patient, now);
        patient = read.id;
        takePatient(record, read);
        if (companion != nullptr) {
            replaced = adapters::replaces(read, adapter.client().options().base);
            replaced.push_back(patient);
        }
        const auto found = adapter.statements({patient});
        record.statements = toStatements(found.observations);
        if (!found.problems.empty())
            record.notice = "Some entries in the chart could not be read: " +
                            std::to_string(found.problems.size()) + ".";
        if (record.encounterStatus.empty() && !encounter.empty()) {
            const auto stay = adapter.encounter(encounter);
            const auto subject = stay.subject.value_or(fhir::Reference{});
            if (adapters::localId(subject, "Patient", adapter.client().options()) == patient)
                takeEncounter(record, stay);
        }
        record.readAt = now;
    } catch (const fhir::Error& error) {
        if (reader == Reader::User) passOnRefusal(error.kind());
        const bool down = error.kind() == ErrorKind::Unavailable ||
                          error.kind() == ErrorKind::BadReply ||
                          error.kind() == ErrorKind::Unauthorized;
        if (!down || !row) throw;
        record.name = row->name;
        record.birthDate = row->birthDate;
        record.gender = row->gender;
        record.statements = statementsOf(*row);
        record.notice =
            "The EHR cannot be read at the moment. This is what was known when it "
            "was last read.";
    }
    kept.bring(record, patient, replaced);
    const store::StatementTable ours(database);
    record.statements =
        domain::merge(std::move(record.statements), ours.ofPatients(connection, {patient}));
    return record;
}

}  // namespace plugin::records
