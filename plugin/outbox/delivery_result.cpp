#include "plugin/outbox/delivery_result.h"

#include <utility>

namespace plugin::outbox {
namespace {

/// What was to be written and is nowhere was taken back before it was sent. What changes something
/// else is done also where there was nothing to change.
store::OutboxState stateAfter(store::EntryKind kind, store::Placement placement) noexcept {
    if (placement != store::Placement::Nowhere) return store::OutboxState::Delivered;
    switch (kind) {
        case store::EntryKind::Statement:
        case store::EntryKind::Flag:
        case store::EntryKind::Provenance:
            return store::OutboxState::Discarded;
        case store::EntryKind::Correction:
        case store::EntryKind::RemoveCopy:
            return store::OutboxState::Delivered;
    }
    return store::OutboxState::Delivered;
}

}  // namespace

void take(DeliveryResult result, store::OutboxEntry& entry) {
    entry.state = stateAfter(entry.kind, result.placement);
    entry.placement = result.placement;
    entry.route = std::move(result.route);
    entry.location = std::move(result.location);
    entry.remark = std::move(result.remark);
    entry.skipped = std::move(result.skipped);
    entry.lastError.clear();
}

}  // namespace plugin::outbox
