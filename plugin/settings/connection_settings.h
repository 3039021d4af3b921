#pragma once

#include <set>
#include <string>

#include "plugin/settings/settings.h"

namespace plugin {

/// Reads one of `connections`, whose form the schema has checked, and notes faults that a schema
/// cannot find. `ids`: those of the connections before it; adds its own.
ConnectionSettings readConnection(const fhir::json::Value& json, std::set<std::string>& ids,
                                  SettingsReading& reading);

}  // namespace plugin
