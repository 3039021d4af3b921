#include "plugin/outbox/delivery.h"

#include "fhir/base/json.h"
#include "plugin/companion/keeper.h"
#include "plugin/outbox/account.h"
#include "plugin/outbox/capture.h"
#include "plugin/outbox/provenance.h"
#include "plugin/store/companion_table.h"
#include "plugin/store/merge_table.h"

namespace plugin::outbox {
namespace {

/// What was said under a record that has been merged into another since is written to that one.
store::OutboxEntry followed(store::OutboxEntry entry, store::Database& database) {
    const auto about = patientIn(entry);
    if (about.empty()) return entry;
    const auto now = store::MergeTable(database).current(entry.connection, about);
    entry.resource = store::withPatient(std::move(entry.resource), about, now);
    return entry;
}

adapters::Authored authoredFrom(const store::OutboxEntry& entry) {
    const auto document = fhir::json::Document::parse(entry.resource);
    if (entry.resourceType == fhir::Flag::resourceType)
        return fhir::Flag::fromJson(document.root());
    return fhir::Observation::fromJson(document.root());
}

bool isKept(store::Database& database, const store::OutboxEntry& entry) {
    return store::CompanionTable(database).find(entry.resourceType, entry.id).has_value();
}

/// A statement that replaces another names it by our identifier, and in the EHR by the place that
/// it got there as well: not every EHR keeps identifiers.
void namePlace(fhir::Observation& observation, const store::OutboxTable& table) {
    for (auto& source : observation.derivedFrom) {
        if (!source.identifier || source.reference) continue;
        const auto before = table.find(entryId(source.identifier->value.value_or("")));
        if (!before || before->state != store::OutboxState::Delivered) continue;
        const auto place = fhir::parseReference(before->location);
        // What an Observation may be derived from (R4, Observation.derivedFrom).
        const bool mayBeNamed =
            place && before->route != "companion" &&
            (place->type == "Observation" || place->type == "DocumentReference" ||
             place->type == "QuestionnaireResponse");
        if (!mayBeNamed) continue;
        source.reference = before->location;
        source.type = place->type;
    }
}

/// What tries of an entry have left in the EHR, which is not to be written any more.
adapters::LadderResult look(const adapters::Adapter& adapter,
                            const std::vector<std::string>& routes, store::Database& database,
                            const store::OutboxEntry& entry, fhir::Deadline deadline) {
    if (!entry.mayBeThere) return {};
    companion::Keeper keeper(database, entry);
    return adapter.look(routes, authoredFrom(followed(entry, database)), keeper, deadline);
}

/// Takes the statement of another entry back, wherever that is by now.
adapters::LadderResult correct(const adapters::Adapter& adapter,
                               const std::vector<std::string>& routes, store::Database& database,
                               const store::OutboxEntry& entry, fhir::Deadline deadline) {
    store::OutboxTable table(database);
    auto before = table.find(entry.corrects);
    if (!before)
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "the entry that this one takes back is not kept any more");
    // Where a record was merged while it was on its way, its key says nothing of their order.
    if (before->state == store::OutboxState::Waiting)
        throw fhir::Error(fhir::ErrorKind::Unavailable, "what it takes back is on its way itself");
    const auto retracted = std::get<fhir::Observation>(authoredFrom(followed(entry, database)));
    companion::Keeper keeper(database, entry);
    const bool isInEhr =
        before->state == store::OutboxState::Delivered && before->route != "companion";
    if (!isInEhr && isKept(database, *before))
        return {
            .route = "companion", .location = keeper.keep(retracted), .remark = {}, .skipped = {}};
    if (!isInEhr) {
        auto found = look(adapter, routes, database, *before, deadline);
        if (found.route.empty()) {
            table.markUnsent(*before);
            return {.route = {}, .location = {}, .remark = "it had not been sent", .skipped = {}};
        }
        before->route = std::move(found.route);
        before->location = std::move(found.location);
        before->remark = std::move(found.remark);
        before->state = store::OutboxState::Delivered;
        const auto us = audit::Author::ofService(entry.connection, adapter.client().options().base);
        table.markDelivered(*before,
                            accountOf(database, *before, us, std::chrono::system_clock::now()));
    }
    return adapter.retract(before->route, before->location, retracted, patientIn(*before), keeper,
                           deadline);
}

}  // namespace

adapters::LadderResult deliver(const adapters::Adapter& adapter,
                               const std::vector<std::string>& routes, store::Database& database,
                               const store::OutboxEntry& entry, fhir::Deadline deadline) {
    if (entry.resourceType == fhir::Provenance::resourceType)
        return deliverProvenance(adapter, entry, deadline);
    if (!entry.corrects.empty()) return correct(adapter, routes, database, entry, deadline);
    if (entry.mayBeThere && isKept(database, entry))
        return {.route = "companion",
                .location = entry.resourceType + "/" + entry.id,
                .remark = {},
                .skipped = {{"earlier", "an earlier try found no other place, and was cut off"}}};
    if (!entry.correctedBy.empty()) return look(adapter, routes, database, entry, deadline);
    const auto current = followed(entry, database);
    auto authored = authoredFrom(current);
    if (auto* observation = std::get_if<fhir::Observation>(&authored))
        namePlace(*observation, store::OutboxTable(database));
    companion::Keeper keeper(database, current);
    return adapter.write(routes, authored, keeper, current.mayBeThere, deadline);
}

adapters::LadderResult deliver(const Connections& connections, store::Database& database,
                               const store::OutboxEntry& entry, fhir::Deadline deadline) {
    const auto& connection = connections.at(entry.connection);
    return deliver(*connection.adapter, connection.settings.routes, database, entry, deadline);
}

}  // namespace plugin::outbox
