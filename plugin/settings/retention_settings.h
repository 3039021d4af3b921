#pragma once

#include "fhir/base/json.h"
#include "plugin/store/options.h"

namespace plugin {

/// Reads `retention` of a store, which the schema has passed or noted the faults of; the defaults
/// where it has none.
store::Retention readRetention(const fhir::json::Value& store);

}  // namespace plugin
