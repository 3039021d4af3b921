#pragma once

#include <set>
#include <string>

#include "plugin/settings/settings.h"

namespace plugin {

/// Reads one of `connections`, whose form the schema has checked, and notes what a schema cannot
/// say. `ids`: those of the connections before it; its own is added.
ConnectionSettings readConnection(const fhir::json::Value& json, std::set<std::string>& ids,
                                  SettingsReading& reading);

}  // namespace plugin
