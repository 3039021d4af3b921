#include "plugin/store/tables/outbox_entry.h"

namespace plugin::store {

const char* toString(EntryKind kind) noexcept {
    switch (kind) {
        case EntryKind::Statement:
            return "statement";
        case EntryKind::Flag:
            return "flag";
        case EntryKind::Correction:
            return "correction";
        case EntryKind::Provenance:
            return "provenance";
        case EntryKind::RemoveCopy:
            return "remove-copy";
    }
    return "statement";
}

const char* toString(OutboxState state) noexcept {
    switch (state) {
        case OutboxState::Waiting:
            return "waiting";
        case OutboxState::Delivered:
            return "delivered";
        case OutboxState::Failed:
            return "failed";
        case OutboxState::InDoubt:
            return "in-doubt";
        case OutboxState::Discarded:
            return "discarded";
    }
    return "failed";
}

bool needsPerson(OutboxState state) noexcept {
    return state == OutboxState::Failed || state == OutboxState::InDoubt;
}

const char* toString(Placement placement) noexcept {
    switch (placement) {
        case Placement::Nowhere:
            return "nowhere";
        case Placement::Ehr:
            return "ehr";
        case Placement::LocalCompanion:
            return "local-companion";
        case Placement::RemoteCompanion:
            return "remote-companion";
    }
    return "nowhere";
}

bool isInCompanion(Placement placement) noexcept {
    return placement == Placement::LocalCompanion || placement == Placement::RemoteCompanion;
}

}  // namespace plugin::store
