#pragma once

#include "fhir/base/json.h"
#include "plugin/store/options.h"

namespace plugin {

class SettingsReading;

/// Reads `store`, whose form the schema has checked, and notes faults that a schema cannot find.
/// Paths are absolute, or relative to the current folder.
store::Options readStore(const fhir::json::Value& json, SettingsReading& reading);

}  // namespace plugin
