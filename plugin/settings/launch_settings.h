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
    AuthSettings auth;  ///< for the token address: its own, else the connection's, else public
    std::vector<fhir::Url> issuers;           ///< what `iss` may be; first the FHIR base
    std::vector<std::string> scopes;          ///< empty: what the pages need
    std::vector<std::string> frameAncestors;  ///< origins that may frame the pages
};

/// Reads `launch` of a connection, whose form the schema has checked. `fhirBase` and `connection`
/// are that connection's: the first issuer, and who we are where `launch` names nothing of its own.
LaunchSettings readLaunch(const fhir::json::Value& json, const fhir::Url& fhirBase,
                          const AuthSettings& connection, SettingsReading& reading);

}  // namespace plugin
