#include "plugin/outbox/capture.h"

#include "fhir/r4/datatypes.h"

namespace plugin::outbox {
namespace {

store::OutboxEntry entryFor(std::string_view urn, const std::string& connection,
                            std::string_view resourceType, std::string businessKey,
                            std::string resource, fhir::Instant now) {
    store::OutboxEntry entry;
    entry.id = entryId(urn);
    entry.connection = connection;
    entry.resourceType = resourceType;
    entry.businessKey = connection + "/" + std::move(businessKey);
    entry.resource = std::move(resource);
    entry.created = now;
    entry.nextAttempt = now;
    return entry;
}

}  // namespace

std::string entryId(std::string_view urn) {
    constexpr std::string_view kPrefix = "urn:uuid:";
    return std::string(urn.starts_with(kPrefix) ? urn.substr(kPrefix.size()) : urn);
}

store::StatementTable::Inserted captureStatement(store::Database& database,
                                                 const std::string& connection,
                                                 const domain::Statement& statement,
                                                 bool withPcoCategory, fhir::Instant now) {
    const auto faults = domain::faults(statement, now);
    if (!faults.empty())
        throw fhir::Error(fhir::ErrorKind::InvalidInput, faults.front().text, faults.front().path);
    const auto entry =
        entryFor(statement.id, connection, fhir::Observation::resourceType,
                 store::patientKey(statement.patient, statement.aspect),
                 fhir::toJsonText(domain::toObservation(statement, withPcoCategory)), now);
    auto inserted = store::StatementTable::Inserted::New;
    database.transaction([&](Poco::Data::Session& session) {
        inserted = store::StatementTable(database).insert(session, connection, statement);
        if (inserted == store::StatementTable::Inserted::New)
            store::OutboxTable(database).insert(session, entry);
    });
    return inserted;
}

bool raiseFlag(store::Database& database, const std::string& connection,
               const domain::TeamFlag& flag, fhir::Instant now) {
    const auto entry =
        entryFor(flag.id, connection, fhir::Flag::resourceType, "team/" + flag.subject,
                 fhir::toJsonText(domain::toFlag(flag)), now);
    bool inserted = false;
    database.transaction([&](Poco::Data::Session& session) {
        inserted = store::OutboxTable(database).insert(session, entry);
    });
    return inserted;
}

}  // namespace plugin::outbox
