#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "fhir/base/clock.h"
#include "fhir/base/secret.h"
#include "fhir/r4/server_address.h"
#include "fhir/smart/jws.h"

namespace plugin::launch {

/// Who signed in, as the EHR's authorization server says it.
struct IdToken {
    std::string issuer, subject;
    std::string fhirUser;  ///< as the token has it: "Practitioner/7", or with an address before it
};

/// What an id_token must say to be the answer to our own launch (OpenID Connect Core, section
/// 3.1.3.7; SMART App Launch 2.2, "scopes for requesting identity data").
struct IdTokenRules {
    std::string clientId, nonce;
};

/// Finds a key of `issuer` by its id; nullopt if it has none. Nothing of the token is trusted yet:
/// throws if that issuer may not say who signs in here.
using FindKey = std::function<std::optional<fhir::smart::Key>(
    const std::string& issuer, std::string_view kid, fhir::smart::Algorithm algorithm)>;

/// Verifies an id_token: its signature by a key of the issuer that it names, then aud, azp, exp,
/// iat, nonce and sub. Throws Error{Unauthorized} that says which of them is wrong and holds
/// nothing of the token.
IdToken verifyIdToken(const fhir::Secret& token, const IdTokenRules& rules, const FindKey& findKey,
                      fhir::Instant now);

/// "Practitioner/7" of a `fhirUser` claim that names a member of staff on the server: a
/// Practitioner, PractitionerRole or Person, relative or absolute. Throws Error{Forbidden} for a
/// patient or a relative, who may not use these pages, and Error{Unauthorized} for anything else.
std::string staffReference(std::string_view fhirUser, const fhir::ServerAddress& server);

}  // namespace plugin::launch
