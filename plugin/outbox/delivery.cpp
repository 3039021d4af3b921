#include "plugin/outbox/delivery.h"

#include "fhir/base/json.h"
#include "plugin/companion/keeper.h"

namespace plugin::outbox {
namespace {

adapters::Authored authoredFrom(const store::OutboxEntry& entry) {
    const auto document = fhir::json::Document::parse(entry.resource);
    if (entry.resourceType == fhir::Flag::resourceType)
        return fhir::Flag::fromJson(document.root());
    return fhir::Observation::fromJson(document.root());
}

}  // namespace

adapters::LadderResult deliver(const Connections& connections, store::Database& database,
                               const store::OutboxEntry& entry) {
    const auto& connection = connections.at(entry.connection);
    companion::Keeper keeper(database, entry.connection);
    return connection.adapter->write(connection.settings.routes, authoredFrom(entry), keeper,
                                     entry.mayBeThere);
}

}  // namespace plugin::outbox
