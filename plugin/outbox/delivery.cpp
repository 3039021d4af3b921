#include "plugin/outbox/delivery.h"

#include <algorithm>

#include "adapters/companion_references.h"
#include "fhir/base/json.h"
#include "plugin/companion/local_companion.h"
#include "plugin/companion/remote_companion.h"
#include "plugin/domain/patient_references.h"
#include "plugin/outbox/capture.h"
#include "plugin/outbox/delivery_audit.h"
#include "plugin/outbox/provenance.h"
#include "plugin/store/tables/merge_table.h"

namespace plugin::outbox {
namespace {

using store::EntryKind;
using store::OutboxEntry;
using store::OutboxState;
using store::Placement;

/// The route in the receipt of a copy that was removed.
constexpr const char* kRemovalRoute = "companion-drop";

/// The resource of an entry as it is written today.
struct Content {
    adapters::Authored authored;
    std::string formerPatient;  ///< the id when it was written down; "" of none
};

/// What was said under a record that has been merged into another since is written to that one.
Content contentOf(const OutboxEntry& entry, store::Database& database) {
    auto document = fhir::json::Document::parse(entry.resource);
    auto patient = patientIn(document.root());
    if (!patient.empty()) {
        const auto now = store::MergeTable(database).current(entry.connection, patient);
        if (now != patient)
            document =
                fhir::json::Document::parse(domain::withPatient(entry.resource, patient, now));
    }
    if (entry.resourceType == fhir::Flag::resourceType)
        return {fhir::Flag::fromJson(document.root()), std::move(patient)};
    return {fhir::Observation::fromJson(document.root()), std::move(patient)};
}

DeliveryResult keptAt(companion::CompanionPlace place) {
    return {.placement = place.placement,
            .route = std::string(adapters::kCompanionRoute),
            .location = std::move(place.location)};
}

Placement placementOf(adapters::Holder holder, const companion::CompanionStorage& storage) {
    switch (holder) {
        case adapters::Holder::Nobody:
            return Placement::Nowhere;
        case adapters::Holder::Ehr:
            return Placement::Ehr;
        case adapters::Holder::Companion:
            return storage.placement();
    }
    return Placement::Nowhere;
}

DeliveryResult resultOf(adapters::LadderResult ladder, const companion::CompanionStorage& storage) {
    DeliveryResult result{.placement = placementOf(ladder.holder, storage),
                          .route = std::move(ladder.route),
                          .location = std::move(ladder.location),
                          .remark = std::move(ladder.remark)};
    for (auto& [route, why] : ladder.skipped)
        result.skipped.push_back({std::move(route), std::move(why)});
    return result;
}

std::unique_ptr<companion::CompanionStorage> storageOf(const Destination& to,
                                                       store::Database& database,
                                                       const OutboxEntry& entry,
                                                       fhir::Deadline deadline) {
    if (to.companion == nullptr)
        return std::make_unique<companion::LocalCompanion>(database, entry);
    return std::make_unique<companion::RemoteCompanion>(database, entry, *to.companion,
                                                        to.ehr.client().options().base, deadline);
}

/// Another server is not asked for what no rung brings there.
bool mayBeKept(const Destination& to) {
    return to.companion == nullptr || std::find(to.routes.begin(), to.routes.end(),
                                                adapters::kCompanionRoute) != to.routes.end();
}

/// Sets the place in the EHR of what a reference names by our identifier, if it is one of `types`.
void namePlace(fhir::Reference& source, const store::OutboxTable& table,
               std::initializer_list<std::string_view> types) {
    if (!source.identifier || source.reference) return;
    const auto before = table.find(entryId(source.identifier->value.value_or("")));
    if (!before || before->placement != Placement::Ehr) return;
    const auto place = fhir::parseReference(before->location);
    if (!place || std::find(types.begin(), types.end(), place->type) == types.end()) return;
    source.reference = before->location;
    source.type = place->type;
}

/// A statement that replaces another names it by our identifier, and in the EHR by the place that
/// it got there as well: not every EHR keeps identifiers.
void namePlaces(fhir::Observation& observation, const store::OutboxTable& table) {
    for (auto& older : observation.replaces) namePlace(older, table, {"Observation"});
    // What an Observation may be derived from (R4, Observation.derivedFrom).
    for (auto& source : observation.derivedFrom)
        namePlace(source, table, {"Observation", "DocumentReference", "QuestionnaireResponse"});
}

/// What a try has left in the EHR, of what is not to be written any more.
DeliveryResult findInEhr(const Destination& to, store::Database& database, const OutboxEntry& entry,
                         const adapters::Authored& authored, fhir::Deadline deadline) {
    companion::LocalCompanion nothingIsKept(database, entry);
    return resultOf(to.ehr.findExisting(to.routes, authored, nothingIsKept, deadline),
                    nothingIsKept);
}

/// What tries that never told their end have left anywhere.
DeliveryResult findExisting(const Destination& to, store::Database& database,
                            const OutboxEntry& entry, const adapters::Authored& authored,
                            fhir::Deadline deadline) {
    if (!entry.mayBeThere) return {};
    if (mayBeKept(to))
        if (auto place = storageOf(to, database, entry, deadline)->find(authored))
            return keptAt(*std::move(place));
    return findInEhr(to, database, entry, authored, deadline);
}

/// The companion that holds what is taken back, which need not be the one of today.
std::unique_ptr<companion::CompanionStorage> storageHolding(const OutboxEntry& before,
                                                            const Destination& to,
                                                            store::Database& database,
                                                            const OutboxEntry& entry,
                                                            fhir::Deadline deadline) {
    if (before.placement == Placement::LocalCompanion)
        return std::make_unique<companion::LocalCompanion>(database, entry);
    const bool isThis = to.companion != nullptr &&
                        before.location.starts_with(to.companion->client().urlOf("").text());
    if (!isThis)
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "what it takes back is kept on the server " +
                              adapters::serverName(before.location) +
                              ", which is not the companion in the configuration any more");
    return storageOf(to, database, entry, deadline);
}

/// Looks for what an entry that was not delivered has left after all, and fills its place in. What
/// is in the EHR is on record as delivered from then on.
void locate(const Destination& to, store::Database& database, OutboxEntry& before,
            const adapters::Authored& authored, fhir::Deadline deadline) {
    auto found = findExisting(to, database, before, authored, deadline);
    before.placement = found.placement;
    before.route = std::move(found.route);
    before.location = std::move(found.location);
    before.remark = std::move(found.remark);
    if (before.placement != Placement::Ehr) return;
    before.state = OutboxState::Delivered;
    const auto us = audit::Author::ofService(before.connection, to.ehr.client().options().base);
    store::OutboxTable(database).markDelivered(
        before, auditEntryForDelivery(database, before, us, std::chrono::system_clock::now()));
}

/// Takes the statement of another entry back, wherever that is by now.
DeliveryResult correct(const Destination& to, store::Database& database, const OutboxEntry& entry,
                       fhir::Deadline deadline) {
    store::OutboxTable table(database);
    auto before = table.find(entry.corrects);
    if (!before)
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "the entry that this one takes back is not kept any more");
    // Where a record was merged while it was on its way, its key says nothing of their order.
    if (before->state == OutboxState::Waiting)
        throw fhir::Error(fhir::ErrorKind::Unavailable, "what it takes back is on its way itself");
    const auto written = contentOf(*before, database);
    const auto retracted = std::get<fhir::Observation>(contentOf(entry, database).authored);
    if (before->state != OutboxState::Delivered)
        locate(to, database, *before, written.authored, deadline);
    switch (before->placement) {
        case Placement::Nowhere:
            table.markUnsent(*before);
            return {.remark = "it had not been sent"};
        case Placement::LocalCompanion:
        case Placement::RemoteCompanion: {
            const auto storage = storageHolding(*before, to, database, entry, deadline);
            return keptAt({storage->placement(), storage->keep(retracted)});
        }
        case Placement::Ehr: {
            const auto storage = storageOf(to, database, entry, deadline);
            return resultOf(to.ehr.retract(before->route, before->location, retracted,
                                           written.formerPatient, *storage, deadline),
                            *storage);
        }
    }
    throw fhir::Error(fhir::ErrorKind::Internal, "what it takes back is in no known place");
}

/// Takes a second copy from the companion server, where it is there.
DeliveryResult removeCopy(const Destination& to, store::Database& database,
                          const OutboxEntry& entry, fhir::Deadline deadline) {
    if (to.companion == nullptr)
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "the companion server is not in the configuration any more");
    companion::RemoteCompanion companion(database, entry, *to.companion,
                                         to.ehr.client().options().base, deadline);
    const auto place = companion.removeCopy(contentOf(entry, database).authored);
    return {.route = kRemovalRoute, .location = place.value_or("")};
}

/// Where another try has begun since this one was claimed, that one may have kept on the companion
/// server what has now proved to be in the EHR. It is looked for once no request of it is on its
/// way any more.
void scheduleRemoval(store::Database& database, const OutboxEntry& entry) {
    const auto now = store::OutboxTable(database).find(entry.id);
    const bool isOurs =
        !now || (now->state == OutboxState::Waiting && now->leasedUntil == entry.leasedUntil);
    if (isOurs) return;
    OutboxEntry second;
    second.id = removalId(entry.id);
    second.connection = entry.connection;
    second.kind = EntryKind::RemoveCopy;
    second.resourceType = entry.resourceType;
    second.businessKey = entry.connection + "/companion/" + entry.id;
    second.resource = entry.resource;
    second.created = entry.leasedUntil;
    second.nextAttempt = std::max(entry.leasedUntil, now->leasedUntil);
    database.transaction([&](Poco::Data::Session& session) {
        store::OutboxTable(database).insert(session, second);
    });
}

/// Writes a statement or a flag.
DeliveryResult writeAuthored(const Destination& to, store::Database& database,
                             const OutboxEntry& entry, fhir::Deadline deadline) {
    auto authored = contentOf(entry, database).authored;
    const auto storage = storageOf(to, database, entry, deadline);
    if (entry.mayBeThere && mayBeKept(to))
        if (auto place = storage->find(authored)) {
            auto kept = keptAt(*std::move(place));
            kept.skipped = {{"earlier", "an earlier try found no other place, and was cut off"}};
            return kept;
        }
    if (!entry.correctedBy.empty())
        return entry.mayBeThere ? findInEhr(to, database, entry, authored, deadline)
                                : DeliveryResult{};
    if (auto* observation = std::get_if<fhir::Observation>(&authored))
        namePlaces(*observation, store::OutboxTable(database));
    auto result =
        resultOf(to.ehr.write(to.routes, authored, *storage, entry.mayBeThere, deadline), *storage);
    if (to.companion != nullptr && result.placement == Placement::Ehr)
        scheduleRemoval(database, entry);
    return result;
}

}  // namespace

void settleAsThere(const Destination& to, store::Database& database, OutboxEntry entry,
                   const std::string& location, const audit::Author& by) {
    const auto refuse = [](const std::string& why) {
        throw fhir::Error(fhir::ErrorKind::InvalidInput, why);
    };
    if (entry.state != OutboxState::InDoubt)
        refuse("the entry is not in doubt; see: whatmatters outbox show " + entry.id);
    if (entry.kind != EntryKind::Statement && entry.kind != EntryKind::Flag)
        refuse("only a statement or a flag can be found in the EHR; this entry is a " +
               std::string(toString(entry.kind)) + ": whatmatters outbox retry " + entry.id);
    companion::LocalCompanion nothingIsKept(database, entry);
    auto found =
        to.ehr.confirm(to.routes, contentOf(entry, database).authored, nothingIsKept, location);
    if (found.holder == adapters::Holder::Nobody) {
        std::string why = "the EHR does not show it at " + location;
        for (const auto& [route, reason] : found.skipped) why += "; " + route + ": " + reason;
        refuse(why);
    }
    take(resultOf(std::move(found), nothingIsKept), entry);
    entry.remark += std::string(entry.remark.empty() ? "" : "; ") + "found there by a person";
    store::OutboxTable(database).markDelivered(
        entry, afterTry(database, entry, by, std::chrono::system_clock::now()));
}

std::string removalId(const std::string& entry) {
    // The name is part of the ids that are in databases.
    return derivedId("companion-drop", "urn:uuid:" + entry);
}

DeliveryResult deliver(const Destination& to, store::Database& database, const OutboxEntry& entry,
                       fhir::Deadline deadline) {
    switch (entry.kind) {
        case EntryKind::Statement:
        case EntryKind::Flag:
            return writeAuthored(to, database, entry, deadline);
        case EntryKind::Correction:
            return correct(to, database, entry, deadline);
        case EntryKind::Provenance:
            return deliverProvenance(to.ehr, entry, deadline);
        case EntryKind::RemoveCopy:
            return removeCopy(to, database, entry, deadline);
    }
    throw fhir::Error(fhir::ErrorKind::Internal, "the entry is of no known kind");
}

DeliveryResult deliver(const adapters::Adapter& adapter, const std::vector<std::string>& routes,
                       store::Database& database, const OutboxEntry& entry,
                       fhir::Deadline deadline) {
    return deliver(Destination{adapter, routes}, database, entry, deadline);
}

Destination destinationOf(const Connections& connections, const OutboxEntry& entry) {
    const auto& connection = connections.at(entry.connection);
    const auto* companion = connection.companion;
    return {.ehr = *connection.adapter,
            .routes = connection.settings.routes,
            .companion = companion == nullptr ? nullptr : companion->adapter.get()};
}

DeliveryResult deliver(const Connections& connections, store::Database& database,
                       const OutboxEntry& entry, fhir::Deadline deadline) {
    return deliver(destinationOf(connections, entry), database, entry, deadline);
}

}  // namespace plugin::outbox
