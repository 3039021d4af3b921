#include "plugin/outbox/delivery.h"

#include "fhir/base/json.h"
#include "plugin/companion/keeper.h"
#include "plugin/store/companion_table.h"
#include "plugin/store/merge_table.h"

namespace plugin::outbox {
namespace {

/// What was said under a record that has been merged into another since is written to that one.
store::OutboxEntry followed(store::OutboxEntry entry, store::Database& database) {
    const auto document = fhir::json::Document::parse(entry.resource);
    const auto subject = document.root().find("subject");
    const auto reference = subject ? subject->findString("reference") : std::nullopt;
    const auto about = fhir::parseReference(reference.value_or(""));
    if (!about || about->type != "Patient") return entry;
    const auto now = store::MergeTable(database).current(entry.connection, about->id);
    entry.resource = store::withPatient(std::move(entry.resource), about->id, now);
    return entry;
}

adapters::Authored authoredFrom(const store::OutboxEntry& entry) {
    const auto document = fhir::json::Document::parse(entry.resource);
    if (entry.resourceType == fhir::Flag::resourceType)
        return fhir::Flag::fromJson(document.root());
    return fhir::Observation::fromJson(document.root());
}

}  // namespace

adapters::LadderResult deliver(const adapters::Adapter& adapter,
                               const std::vector<std::string>& routes, store::Database& database,
                               const store::OutboxEntry& entry, fhir::Deadline deadline) {
    if (entry.mayBeThere && store::CompanionTable(database).find(entry.resourceType, entry.id))
        return {.route = "companion",
                .location = entry.resourceType + "/" + entry.id,
                .remark = {},
                .skipped = {{"earlier", "an earlier try found no other place, and was cut off"}}};
    const auto current = followed(entry, database);
    companion::Keeper keeper(database, current);
    return adapter.write(routes, authoredFrom(current), keeper, current.mayBeThere, deadline);
}

adapters::LadderResult deliver(const Connections& connections, store::Database& database,
                               const store::OutboxEntry& entry, fhir::Deadline deadline) {
    const auto& connection = connections.at(entry.connection);
    return deliver(*connection.adapter, connection.settings.routes, database, entry, deadline);
}

}  // namespace plugin::outbox
