#pragma once

#include <set>
#include <string>

#include "plugin/settings/auth_settings.h"

namespace plugin {

/// Reads `audit` of a site: the connection of the server that receives every AuditEvent; "" if none
/// does.
std::string readAuditRepository(const fhir::json::Value& site,
                                const std::set<std::string>& connections, SettingsReading& reading);

}  // namespace plugin
