#pragma once

#include "fhir/base/json.h"
#include "plugin/store/options.h"

namespace plugin {

/// Reads `retention` of a store, the defaults if it has none. Faults that the schema finds are
/// noted already.
store::Retention readRetention(const fhir::json::Value& store);

}  // namespace plugin
