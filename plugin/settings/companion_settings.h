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
    std::string issuer;    ///< `iss` of its tokens; "" where this connection alone has any
    std::string audience;  ///< what `aud` must hold; "" where tokens do not say whom they are for
    std::optional<fhir::Url> introspectionUrl;  ///< instead of the discovered one
};

struct ConnectionSettings;

/// Reads `companion` of a connection, which the schema has passed or noted the faults of; nullopt
/// where it has none, or names the server that is the companion, whose callers are not ours.
std::optional<CompanionSettings> readCompanion(const fhir::json::Value& connection,
                                               const AuthSettings& auth, SettingsReading& reading);

/// Reads which connections have another one as their companion (`companion.server`), once all of
/// them are known, and notes why one cannot be.
void readCompanionServers(const fhir::json::Value& site,
                          std::vector<ConnectionSettings>& connections, SettingsReading& reading);

}  // namespace plugin
