#include "plugin/outbox/delivery_audit.h"

#include "fhir/r4/provenance.h"
#include "plugin/outbox/provenance.h"
#include "plugin/store/tables/merge_table.h"
#include "plugin/store/tables/statement_table.h"

namespace plugin::outbox {

std::string patientIn(const fhir::json::Value& resource) {
    const auto subject = resource.find("subject");
    const auto reference = subject ? subject->findString("reference") : std::nullopt;
    const auto about = fhir::parseReference(reference.value_or(""));
    return about && about->type == "Patient" ? about->id : std::string();
}

namespace {

/// A Provenance names no patient: it is about the statement that its target identifies.
std::string patientOf(store::Database& database, const store::OutboxEntry& entry) {
    const auto document = fhir::json::Document::parse(entry.resource);
    if (entry.kind != store::EntryKind::Provenance) return patientIn(document.root());
    const auto provenance = fhir::Provenance::fromJson(document.root());
    for (const auto& target : provenance.target) {
        if (!target.identifier) continue;
        const auto statement = store::StatementTable(database).find(
            entry.connection, target.identifier->value.value_or(""));
        if (statement) return statement->patient;
    }
    return {};
}

}  // namespace

store::OutboxTable::Also auditEntryForDelivery(store::Database& database,
                                               const store::OutboxEntry& entry,
                                               const audit::Author& by, fhir::Instant now) {
    // Nothing of it has left us, or it turned out that nothing was to be done.
    if (entry.placement == store::Placement::LocalCompanion) return {};
    const bool hasRemoved =
        entry.kind == store::EntryKind::RemoveCopy && entry.state == store::OutboxState::Delivered;
    if (hasRemoved && entry.location.empty()) return {};
    const auto patient = patientOf(database, entry);
    if (patient.empty()) return {};
    const bool isUpdate = entry.kind == store::EntryKind::Correction || hasRemoved;
    auto done = by.entry(isUpdate ? audit::Action::Update : audit::Action::Create, now);
    done.isByUs = true;
    done.by.way = "outbox";
    done.connection = entry.connection;
    done.patient = store::MergeTable(database).current(entry.connection, patient);
    done.hasFailed = store::needsPerson(entry.state);
    done.resource = entry.location;
    if (done.resource.empty())
        done.resource = "urn:uuid:" + (entry.corrects.empty() ? entry.id : entry.corrects);
    return [&database, by, done](Poco::Data::Session& session) {
        audit::write(session, database, by, {done});
    };
}

store::OutboxTable::Also afterTry(store::Database& database, const store::OutboxEntry& entry,
                                  const audit::Author& by, fhir::Instant now) {
    auto provenance = provenanceOf(database, entry, now);
    auto audit = auditEntryForDelivery(database, entry, by, now);
    if (!provenance) return audit;
    return [&database, provenance = *std::move(provenance),
            audit = std::move(audit)](Poco::Data::Session& session) {
        store::OutboxTable(database).insert(session, provenance);
        if (audit) audit(session);
    };
}

}  // namespace plugin::outbox
