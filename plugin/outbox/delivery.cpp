#include "plugin/outbox/delivery.h"

#include "fhir/base/json.h"
#include "plugin/companion/keeper.h"
#include "plugin/store/companion_table.h"

namespace plugin::outbox {
namespace {

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
    companion::Keeper keeper(database, entry);
    return adapter.write(routes, authoredFrom(entry), keeper, entry.mayBeThere, deadline);
}

adapters::LadderResult deliver(const Connections& connections, store::Database& database,
                               const store::OutboxEntry& entry, fhir::Deadline deadline) {
    const auto& connection = connections.at(entry.connection);
    return deliver(*connection.adapter, connection.settings.routes, database, entry, deadline);
}

}  // namespace plugin::outbox
