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

}  // namespace plugin::outbox
