#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fhir/base/url.h"
#include "plugin/settings/auth_settings.h"

namespace plugin {

/// Who may read what the companion holds of a connection: callers with a token that the
/// connection's authorization server vouches for.
struct CompanionSettings {
    std::string issuer;    ///< `iss` of its tokens; "" if only this connection has callers
    std::string audience;  ///< what `aud` must hold; "" if tokens do not say whom they are for
    std::optional<fhir::Url> introspectionUrl;  ///< instead of the discovered one
};

struct ConnectionSettings;

/// Reads `companion` of a connection. Faults that the schema finds are noted already. nullopt if it
/// has none, or names a companion server, whose callers do not come to us.
std::optional<CompanionSettings> readCompanion(const fhir::json::Value& connection,
                                               const AuthSettings& auth, SettingsReading& reading);

/// Reads which connections have another one as their companion (`companion.server`), once all of
/// them are known, and notes a fault if that one cannot be it.
void readCompanionServers(const fhir::json::Value& site,
                          std::vector<ConnectionSettings>& connections, SettingsReading& reading);

}  // namespace plugin
