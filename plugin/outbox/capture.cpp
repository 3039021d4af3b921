#include "plugin/outbox/capture.h"

#include "fhir/base/error.h"
#include "fhir/r4/datatypes.h"
#include "plugin/store/sealing/digest.h"
#include "plugin/store/tables/enterer_table.h"
#include "plugin/store/tables/merge_table.h"

namespace plugin::outbox {
namespace {

store::OutboxEntry entryFor(store::EntryKind kind, std::string_view urn,
                            const std::string& connection, std::string_view resourceType,
                            std::string businessKey, std::string resource, fhir::Instant now) {
    store::OutboxEntry entry;
    entry.id = entryId(urn);
    entry.connection = connection;
    entry.kind = kind;
    entry.resourceType = resourceType;
    entry.businessKey = connection + "/" + std::move(businessKey);
    entry.resource = std::move(resource);
    entry.created = now;
    entry.nextAttempt = now;
    return entry;
}

/// What was saved once is not refused when it comes again: its answer was lost, and the clock may
/// have been set back since.
void requireNoFaults(store::Database& database, const std::string& connection,
                     const domain::Statement& statement, fhir::Instant now) {
    const auto faults = domain::faults(statement, now);
    if (!faults.empty() && !store::StatementTable(database).isRepeated(connection, statement))
        throw fhir::Error(fhir::ErrorKind::InvalidInput, faults.front().text, faults.front().path);
}

store::OutboxEntry entryOf(const domain::Statement& statement, const std::string& connection,
                           bool withPcoCategory, fhir::Instant now) {
    return entryFor(store::EntryKind::Statement, statement.id, connection,
                    fhir::Observation::resourceType,
                    store::patientKey(statement.patient, statement.aspect),
                    fhir::toJsonText(domain::toObservation(statement, withPcoCategory)), now);
}

store::OutboxEntry withdrawalOf(domain::Statement statement, const std::string& connection,
                                fhir::Instant now) {
    statement.retracted = true;
    auto entry = entryOf(statement, connection, false, now);
    entry.kind = store::EntryKind::Correction;
    entry.corrects = entry.id;
    entry.id = withdrawalId(statement.id);
    return entry;
}

domain::Statement requireOwn(store::Database& database, const std::string& connection,
                             const std::string& patient, const std::string& id) {
    auto found = store::StatementTable(database).find(connection, id);
    // Words follow a record that was merged into another; who asks may know the old one alone.
    if (!found || found->patient != store::MergeTable(database).current(connection, patient))
        throw fhir::Error(fhir::ErrorKind::NotFound,
                          "no statement of this patient with that id was written down here: what "
                          "others wrote is corrected where they wrote it");
    return *std::move(found);
}

/// What is put on record about a statement that is written down or taken back.
audit::Entry auditEntryForWords(const audit::Author& by, audit::Action action,
                                const std::string& connection, const domain::Statement& statement,
                                fhir::Instant now) {
    auto entry = by.entry(action, now);
    entry.connection = connection;
    entry.patient = statement.patient;
    entry.encounter = statement.encounter.value_or("");
    entry.resource = statement.id;
    return entry;
}

/// Who typed it, as the one who used us: never the one who said it.
store::Enterer entererOf(const audit::Author& by) {
    const auto& name = by.actor.name.empty() ? by.actor.identifier : by.actor.name;
    return {.reference = by.actor.reference, .name = name};
}

void sendAfter(Poco::Data::Session& session, store::Database& database,
               const store::OutboxEntry& withdrawal) {
    store::OutboxTable(database).insert(session, withdrawal);
    store::OutboxTable::takeBack(session, withdrawal.corrects, withdrawal.id);
}

}  // namespace

std::string withdrawalId(std::string_view urn) {
    return derivedId("withdraw", urn);
}

std::string derivedId(std::string_view purpose, std::string_view urn) {
    // A UUID made of a name (RFC 9562, section 5.8): two who make it at once make one entry.
    auto hex = store::digestOf(std::string(purpose) + " " + std::string(urn)).substr(0, 32);
    hex[12] = '8';
    hex[16] = "89ab"[static_cast<std::size_t>(hex[16] < 'a' ? hex[16] - '0' : hex[16] - 'a') % 4];
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) hex.insert(dash, 1, '-');
    return hex;
}

std::string entryId(std::string_view urn) {
    constexpr std::string_view kPrefix = "urn:uuid:";
    return std::string(urn.starts_with(kPrefix) ? urn.substr(kPrefix.size()) : urn);
}

store::StatementTable::Inserted captureStatement(store::Database& database,
                                                 const std::string& connection,
                                                 const domain::Statement& statement,
                                                 bool withPcoCategory, fhir::Instant now,
                                                 const audit::Author& by) {
    requireNoFaults(database, connection, statement, now);
    const auto entry = entryOf(statement, connection, withPcoCategory, now);
    auto inserted = store::StatementTable::Inserted::New;
    database.transaction([&](Poco::Data::Session& session) {
        inserted = store::StatementTable(database).insert(session, connection, statement);
        if (inserted != store::StatementTable::Inserted::New) return;
        store::OutboxTable(database).insert(session, entry);
        store::EntererTable(database).insert(session, connection, statement.id, entererOf(by));
        audit::write(session, database, by,
                     {auditEntryForWords(by, audit::Action::Create, connection, statement, now)});
    });
    return inserted;
}

store::StatementTable::Inserted correctStatement(store::Database& database,
                                                 const std::string& connection,
                                                 const domain::Statement& statement,
                                                 bool withPcoCategory, fhir::Instant now,
                                                 const audit::Author& by) {
    requireNoFaults(database, connection, statement, now);
    const auto before =
        requireOwn(database, connection, statement.patient, statement.replaces.value_or(""));
    const auto entry = entryOf(statement, connection, withPcoCategory, now);
    const auto withdrawal = withdrawalOf(before, connection, now);
    auto inserted = store::StatementTable::Inserted::New;
    database.transaction([&](Poco::Data::Session& session) {
        inserted = store::StatementTable(database).insert(session, connection, statement);
        if (inserted != store::StatementTable::Inserted::New) return;
        // Statements are locked before keys, and keys in their order, as everywhere here: two who
        // correct at once must not wait for each other.
        if (!store::StatementTable(database).retract(session, connection, before.id))
            throw fhir::Error(fhir::ErrorKind::Conflict,
                              "those words were taken back before; nothing was saved");
        const bool isOldFirst = withdrawal.businessKey < entry.businessKey;
        if (isOldFirst) sendAfter(session, database, withdrawal);
        store::OutboxTable(database).insert(session, entry);
        if (!isOldFirst) sendAfter(session, database, withdrawal);
        store::EntererTable(database).insert(session, connection, statement.id, entererOf(by));
        audit::write(session, database, by,
                     {auditEntryForWords(by, audit::Action::Create, connection, statement, now),
                      auditEntryForWords(by, audit::Action::Update, connection, before, now)});
    });
    return inserted;
}

bool withdrawStatement(store::Database& database, const std::string& connection,
                       const std::string& patient, const std::string& id, fhir::Instant now,
                       const audit::Author& by) {
    const auto before = requireOwn(database, connection, patient, id);
    const auto withdrawal = withdrawalOf(before, connection, now);
    bool isNew = false;
    database.transaction([&](Poco::Data::Session& session) {
        isNew = store::StatementTable(database).retract(session, connection, id);
        if (!isNew) return;
        sendAfter(session, database, withdrawal);
        audit::write(session, database, by,
                     {auditEntryForWords(by, audit::Action::Update, connection, before, now)});
    });
    return isNew;
}

bool raiseFlag(store::Database& database, const std::string& connection,
               const domain::TeamFlag& flag, fhir::Instant now) {
    const auto entry =
        entryFor(store::EntryKind::Flag, flag.id, connection, fhir::Flag::resourceType,
                 "team/" + flag.subject, fhir::toJsonText(domain::toFlag(flag)), now);
    bool inserted = false;
    database.transaction([&](Poco::Data::Session& session) {
        inserted = store::OutboxTable(database).insert(session, entry);
    });
    return inserted;
}

}  // namespace plugin::outbox
