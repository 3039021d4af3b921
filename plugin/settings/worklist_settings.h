#pragma once

#include "plugin/settings/settings.h"

namespace plugin {

/// Reads how often the units of a connection are read, and how many at once.
void readSyncPace(const fhir::json::Value& json, ConnectionSettings& connection);

/// Reads the `worklist` of a unit, whose form the schema has checked, and notes faults that a
/// schema cannot find: what the connection's vendor cannot do, or does not allow so often. The
/// connection's profile and pace must have been read.
adapters::WorklistQuery readWorklist(const fhir::json::Value& json,
                                     const ConnectionSettings& connection,
                                     SettingsReading& reading);

}  // namespace plugin
