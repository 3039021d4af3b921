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

/// How this service authenticates to an EHR: `auth` of a connection.
struct AuthSettings {
    std::string method = "none";
    std::string username;  ///< for `basic`
    fhir::Secret password;

    // For the methods that get a token first.
    fhir::smart::ClientIdentity identity;
    /// The folder of the signing key; "" if the configuration names a key itself.
    std::string keysFolder;
    std::optional<fhir::Url> tokenUrl, authorizeUrl;  ///< instead of the discovered ones
    std::optional<fhir::smart::Scopes> scopes;        ///< instead of what the routes need
    std::optional<fhir::smart::ScopeSyntax> scopeSyntax;

    bool usesTokens() const noexcept { return method != "none" && method != "basic"; }
};

/// Returns our identity; if its key comes from the folder, with the one that signs at this time.
/// Throws Error{InvalidInput} if the folder has none.
fhir::smart::ClientIdentity identityOf(const AuthSettings& auth, fhir::Instant now);

/// Reads `auth`. Faults that the schema finds are noted already.
AuthSettings readAuth(const fhir::json::Value& json, SettingsReading& reading);

}  // namespace plugin
