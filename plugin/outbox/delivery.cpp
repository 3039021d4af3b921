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

/// What was said under a record that has been merged into another since is written to that one.
store::OutboxEntry followed(store::OutboxEntry entry, store::Database& database) {
    const auto about = patientIn(entry);
    if (about.empty()) return entry;
    const auto now = store::MergeTable(database).current(entry.connection, about);
    entry.resource = domain::withPatient(std::move(entry.resource), about, now);
    return entry;
}

adapters::Authored authoredFrom(const store::OutboxEntry& entry) {
    const auto document = fhir::json::Document::parse(entry.resource);
    if (entry.resourceType == fhir::Flag::resourceType)
        return fhir::Flag::fromJson(document.root());
    return fhir::Observation::fromJson(document.root());
}

std::unique_ptr<companion::CompanionStorage> storageOf(const Destination& to,
                                                       store::Database& database,
                                                       const store::OutboxEntry& entry,
                                                       fhir::Deadline deadline) {
    if (to.companion == nullptr)
        return std::make_unique<companion::LocalCompanion>(database, entry);
    return std::make_unique<companion::RemoteCompanion>(database, entry, *to.companion,
                                                        to.ehr.client().options().base, deadline);
}

/// Another server is not asked for what no rung brings there.
bool mayBeKept(const Destination& to) {
    return to.companion == nullptr ||
           std::find(to.routes.begin(), to.routes.end(), "companion") != to.routes.end();
}

/// Where tries of an entry have left it in the companion.
std::optional<std::string> findAtCompanion(const Destination& to, store::Database& database,
                                           const store::OutboxEntry& entry,
                                           fhir::Deadline deadline) {
    return storageOf(to, database, entry, deadline)->find(authoredFrom(followed(entry, database)));
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
adapters::LadderResult findExisting(const Destination& to, store::Database& database,
                                    const store::OutboxEntry& entry, fhir::Deadline deadline) {
    if (!entry.mayBeThere) return {};
    companion::LocalCompanion nothingIsKept(database, entry);
    return to.ehr.findExisting(to.routes, authoredFrom(followed(entry, database)), nothingIsKept,
                               deadline);
}

/// The companion that holds what is taken back, which need not be the one of today.
std::unique_ptr<companion::CompanionStorage> storageHolding(const std::string& location,
                                                            const Destination& to,
                                                            store::Database& database,
                                                            const store::OutboxEntry& entry,
                                                            fhir::Deadline deadline) {
    const auto server = adapters::serverName(location);
    if (server.empty()) return std::make_unique<companion::LocalCompanion>(database, entry);
    const bool isThis =
        to.companion != nullptr && location.starts_with(to.companion->client().urlOf("").text());
    if (!isThis)
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "what it takes back is kept on the server " + server +
                              ", which is not the companion in the configuration any more");
    return storageOf(to, database, entry, deadline);
}

/// Where a statement that is not known to be in the EHR is kept; nullopt where it is not.
std::optional<std::string> keptAt(const Destination& to, store::Database& database,
                                  const store::OutboxEntry& before, fhir::Deadline deadline) {
    if (before.state == store::OutboxState::Delivered) return before.location;
    if (!before.mayBeThere || !mayBeKept(to)) return std::nullopt;
    return findAtCompanion(to, database, before, deadline);
}

/// Takes the statement of another entry back, wherever that is by now.
adapters::LadderResult correct(const Destination& to, store::Database& database,
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
    const bool isInEhr =
        before->state == store::OutboxState::Delivered && before->route != "companion";
    if (!isInEhr)
        if (const auto place = keptAt(to, database, *before, deadline))
            return {
                .route = "companion",
                .location = storageHolding(*place, to, database, entry, deadline)->keep(retracted),
                .remark = {},
                .skipped = {}};
    if (!isInEhr) {
        auto found = findExisting(to, database, *before, deadline);
        if (found.route.empty()) {
            table.markUnsent(*before);
            return {.route = {}, .location = {}, .remark = "it had not been sent", .skipped = {}};
        }
        before->route = std::move(found.route);
        before->location = std::move(found.location);
        before->remark = std::move(found.remark);
        before->state = store::OutboxState::Delivered;
        const auto us = audit::Author::ofService(entry.connection, to.ehr.client().options().base);
        table.markDelivered(*before, auditEntryForDelivery(database, *before, us,
                                                           std::chrono::system_clock::now()));
    }
    const auto storage = storageOf(to, database, entry, deadline);
    return to.ehr.retract(before->route, before->location, retracted, patientIn(*before), *storage,
                          deadline);
}

/// Takes a second copy from the companion server, where it is there.
adapters::LadderResult drop(const Destination& to, store::Database& database,
                            const store::OutboxEntry& entry, fhir::Deadline deadline) {
    if (to.companion == nullptr)
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "the companion server is not in the configuration any more");
    companion::RemoteCompanion companion(database, entry, *to.companion,
                                         to.ehr.client().options().base, deadline);
    const auto place = companion.drop(authoredFrom(followed(entry, database)));
    return {.route = std::string(kDropRoute),
            .location = place.value_or(""),
            .remark = {},
            .skipped = {}};
}

/// Where another try has begun since this one was claimed, that one may have kept on the companion
/// server what has now proved to be in the EHR. It is looked for once no request of it is on its
/// way any more.
void dropSecondCopy(store::Database& database, const store::OutboxEntry& entry) {
    const auto now = store::OutboxTable(database).find(entry.id);
    const bool isOurs = !now || (now->state == store::OutboxState::Waiting &&
                                 now->leasedUntil == entry.leasedUntil);
    if (isOurs) return;
    store::OutboxEntry second;
    second.id = dropId(entry.id);
    second.connection = entry.connection;
    second.resourceType = entry.resourceType;
    second.businessKey = entry.connection + "/companion/" + entry.id;
    second.resource = entry.resource;
    second.created = entry.leasedUntil;
    second.nextAttempt = std::max(entry.leasedUntil, now->leasedUntil);
    database.transaction([&](Poco::Data::Session& session) {
        store::OutboxTable(database).insert(session, second);
    });
}

/// Whether the entry is one that takes a second copy away.
bool drops(const store::OutboxEntry& entry, const adapters::Authored& authored) {
    return std::visit(
        [&](const auto& one) {
            if (one.identifier.empty()) return false;
            return entry.id == dropId(entryId(one.identifier.front().value.value_or("")));
        },
        authored);
}

}  // namespace

std::string dropId(const std::string& entry) {
    return derivedId("companion-drop", "urn:uuid:" + entry);
}

adapters::LadderResult deliver(const Destination& to, store::Database& database,
                               const store::OutboxEntry& entry, fhir::Deadline deadline) {
    if (entry.resourceType == fhir::Provenance::resourceType)
        return deliverProvenance(to.ehr, entry, deadline);
    if (!entry.corrects.empty()) return correct(to, database, entry, deadline);
    const auto current = followed(entry, database);
    auto authored = authoredFrom(current);
    if (drops(entry, authored)) return drop(to, database, entry, deadline);
    const auto storage = storageOf(to, database, current, deadline);
    if (entry.mayBeThere && mayBeKept(to))
        if (auto place = storage->find(authored))
            return {
                .route = "companion",
                .location = *std::move(place),
                .remark = {},
                .skipped = {{"earlier", "an earlier try found no other place, and was cut off"}}};
    if (!entry.correctedBy.empty()) return findExisting(to, database, entry, deadline);
    if (auto* observation = std::get_if<fhir::Observation>(&authored))
        namePlace(*observation, store::OutboxTable(database));
    auto result = to.ehr.write(to.routes, authored, *storage, current.mayBeThere, deadline);
    if (to.companion != nullptr && result.route != "companion") dropSecondCopy(database, entry);
    return result;
}

adapters::LadderResult deliver(const adapters::Adapter& adapter,
                               const std::vector<std::string>& routes, store::Database& database,
                               const store::OutboxEntry& entry, fhir::Deadline deadline) {
    return deliver(Destination{adapter, routes}, database, entry, deadline);
}

adapters::LadderResult deliver(const Connections& connections, store::Database& database,
                               const store::OutboxEntry& entry, fhir::Deadline deadline) {
    const auto& connection = connections.at(entry.connection);
    const auto* companion = connection.companion;
    return deliver({.ehr = *connection.adapter,
                    .routes = connection.settings.routes,
                    .companion = companion == nullptr ? nullptr : companion->adapter.get()},
                   database, entry, deadline);
}

}  // namespace plugin::outbox
