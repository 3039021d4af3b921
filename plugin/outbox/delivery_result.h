#pragma once

#include <string>
#include <vector>

#include "plugin/store/tables/outbox_entry.h"

namespace plugin::outbox {

/// What a try that did not fail came to. Each field is the one of its name in the entry.
struct DeliveryResult {
    store::Placement placement = store::Placement::Nowhere;
    std::string route{}, location{}, remark{};
    std::vector<store::SkippedRoute> skipped{};
};

/// Writes into an entry what its try came to, and its state: delivered, or discarded where it was
/// taken back before it was sent.
void take(DeliveryResult result, store::OutboxEntry& entry);

}  // namespace plugin::outbox
