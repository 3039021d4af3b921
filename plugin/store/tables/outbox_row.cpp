#include "plugin/store/tables/outbox_row.h"

#include <array>

#include "fhir/base/error.h"
#include "fhir/base/json.h"

namespace plugin::store {
namespace {

constexpr std::array kStates{OutboxState::Waiting, OutboxState::Delivered, OutboxState::Failed,
                             OutboxState::Discarded};
constexpr std::array kKinds{EntryKind::Statement, EntryKind::Flag, EntryKind::Correction,
                            EntryKind::Provenance, EntryKind::RemoveCopy};
constexpr std::array kPlacements{Placement::Nowhere, Placement::Ehr, Placement::LocalCompanion,
                                 Placement::RemoteCompanion};

template <class Values>
auto valueOf(const Values& values, const std::string& text, const char* whyNone) {
    for (const auto value : values)
        if (text == toString(value)) return value;
    throw fhir::Error(fhir::ErrorKind::Internal, whyNone);
}

std::string toJson(const std::vector<SkippedRoute>& skipped) {
    fhir::json::Writer writer;
    writer.beginArray();
    for (const auto& one : skipped)
        writer.beginObject().member("route", one.route).member("why", one.why).endObject();
    return writer.endArray().take();
}

std::vector<SkippedRoute> skippedOf(std::string json) {
    std::vector<SkippedRoute> result;
    const auto document = fhir::json::Document::parse(std::move(json));
    for (const auto one : document.root().array())
        result.push_back(
            {one.findString("route").value_or(""), one.findString("why").value_or("")});
    return result;
}

}  // namespace

OutboxState stateOf(const std::string& text, bool inDoubt) {
    const auto state = valueOf(kStates, text, "the outbox holds an entry in no known state");
    return inDoubt && state == OutboxState::Failed ? OutboxState::InDoubt : state;
}

EntryKind kindOf(const std::string& text) {
    return valueOf(kKinds, text, "the outbox holds an entry of no known kind");
}

Placement placementOf(const std::string& text) {
    return valueOf(kPlacements, text, "the outbox holds an entry in no known place");
}

EntryRow toRow(const OutboxEntry& entry) {
    const auto waitingSince =
        entry.waitingSince == fhir::Instant{} ? entry.created : entry.waitingSince;
    return {
        .id = entry.id,
        .connection = entry.connection,
        .kind = toString(entry.kind),
        .resourceType = entry.resourceType,
        .businessKey = entry.businessKey,
        .resource = entry.resource,
        .state = toString(entry.state == OutboxState::InDoubt ? OutboxState::Failed : entry.state),
        .attempts = entry.attempts,
        .mayBeThere = entry.mayBeThere ? 1 : 0,
        .created = toMilliseconds(entry.created),
        .waitingSince = toMilliseconds(waitingSince),
        .nextAttempt = toMilliseconds(entry.nextAttempt),
        .leasedUntil = toMilliseconds(entry.leasedUntil),
        .lastError = entry.lastError,
        .placement = toString(entry.placement),
        .route = entry.route,
        .location = entry.location,
        .remark = entry.remark,
        .skipped = toJson(entry.skipped),
        .corrects = entry.corrects,
        .correctedBy = entry.correctedBy,
        .inDoubt = entry.state == OutboxState::InDoubt ? 1 : 0};
}

OutboxEntry toEntry(EntryRow row, const Vault& vault) {
    open(row, vault);
    return {.id = std::move(row.id),
            .connection = std::move(row.connection),
            .kind = kindOf(row.kind),
            .resourceType = std::move(row.resourceType),
            .businessKey = std::move(row.businessKey),
            .resource = std::move(row.resource),
            .state = stateOf(row.state, row.inDoubt != 0),
            .attempts = row.attempts,
            .mayBeThere = row.mayBeThere != 0,
            .created = toInstant(row.created),
            .waitingSince = toInstant(row.waitingSince),
            .nextAttempt = toInstant(row.nextAttempt),
            .leasedUntil = toInstant(row.leasedUntil),
            .lastError = std::move(row.lastError),
            .placement = placementOf(row.placement),
            .route = std::move(row.route),
            .location = std::move(row.location),
            .remark = std::move(row.remark),
            .skipped = skippedOf(std::move(row.skipped)),
            .corrects = std::move(row.corrects),
            .correctedBy = std::move(row.correctedBy)};
}

}  // namespace plugin::store
