#pragma once

#include <optional>
#include <string>

#include "fhir/base/json.h"
#include "fhir/base/secret.h"
#include "fhir/base/url.h"
#include "fhir/smart/client_identity.h"
#include "fhir/smart/scopes.h"

namespace plugin {

class SettingsReading;

/// How this service shows an EHR who it is: `auth` of a connection.
struct AuthSettings {
    std::string method = "none";
    std::string username;  ///< of `basic`
    fhir::Secret password;

    // Of the methods that get a token first.
    fhir::smart::ClientIdentity identity;
    /// Where the key that signs comes from; "" where the configuration names a key of its own.
    std::string keysFolder;
    std::optional<fhir::Url> tokenUrl, authorizeUrl;  ///< instead of the discovered ones
    std::optional<fhir::smart::Scopes> scopes;        ///< instead of what the routes need
    std::optional<fhir::smart::ScopeSyntax> scopeSyntax;

    bool usesTokens() const noexcept { return method != "none" && method != "basic"; }
};

/// Who we are now: with the key of the folder that signs at this time, where it comes from there.
/// Throws Error{InvalidInput} where the folder has none.
fhir::smart::ClientIdentity identityOf(const AuthSettings& auth, fhir::Instant now);

/// Reads `auth`, which the schema has passed or noted the faults of.
AuthSettings readAuth(const fhir::json::Value& json, SettingsReading& reading);

}  // namespace plugin
