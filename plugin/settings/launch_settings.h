#pragma once

#include <string>
#include <vector>

#include "fhir/base/json.h"
#include "fhir/base/url.h"
#include "plugin/settings/auth_settings.h"

namespace plugin {

class SettingsReading;

/// How this EHR launches our pages (SMART App Launch 2.2, EHR launch).
struct LaunchSettings {
    std::string clientId;
    AuthSettings auth;  ///< for the token address: own, else the connection's, else public
    std::vector<fhir::Url> issuers;   ///< allowed values of `iss`; the FHIR base comes first
    std::vector<std::string> scopes;  ///< empty: what the pages need
    std::vector<std::string> frameAncestors;  ///< origins that may frame the pages
    /// Whether the EHR is asked as the user, about each patient, before a ward shows them.
    bool wardAsUser = false;
};

/// Reads `launch` of a connection, whose form the schema has checked. `fhirBase`: the first issuer.
/// `connection`: the connection's `auth`, for what `launch` does not set itself.
LaunchSettings readLaunch(const fhir::json::Value& json, const fhir::Url& fhirBase,
                          const AuthSettings& connection, SettingsReading& reading);

}  // namespace plugin
