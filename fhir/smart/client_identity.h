#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/base/headers.h"
#include "fhir/base/secret.h"
#include "fhir/base/url.h"
#include "fhir/smart/key.h"

namespace fhir::smart {

/// How a client authenticates to an authorization server.
enum class AuthMethod : std::uint8_t {
    Public,             ///< no authentication: sends only its id
    ClientSecretBasic,  ///< RFC 6749, section 2.3.1; SMART, client-confidential-symmetric
    ClientSecretPost,   ///< the same in the body, for servers that take nothing else
    PrivateKeyJwt,      ///< RFC 7523; SMART, client-confidential-asymmetric
};

/// Who we are to one authorization server.
struct ClientIdentity {
    AuthMethod method = AuthMethod::Public;
    std::string clientId = {};
    Secret secret = {};  ///< of the two ClientSecret methods

    // Of PrivateKeyJwt.
    std::optional<Key> key = {};
    Algorithm algorithm = Algorithm::ES384;
    std::string kid = {};       ///< the server's name for the key
    std::string jku = {};       ///< address of our keys, as registered; "": not sent
    std::string audience = {};  ///< for `aud`; "": the token address

    /// True for servers that want the id in the body too. SMART lets confidential clients omit it.
    bool clientIdInBody = false;
};

/// Lifetime of a client assertion: SMART allows five minutes, and clocks differ.
constexpr std::chrono::seconds kAssertionLifetime{240};

/// A signed assertion for one request to `tokenUrl`: `iss`, `sub`, `aud`, `exp`, `iat`, `jti`. A
/// `jti` must never be used twice, not even for a second attempt. Throws Error{Internal} if the
/// identity has no key.
std::string clientAssertion(const ClientIdentity& identity, const Url& tokenUrl, Instant now,
                            const std::string& jti);

/// Adds our authentication to a request to the token address.
void authenticate(const ClientIdentity& identity, const Url& tokenUrl, Instant now,
                  const std::string& jti, Query& form, Headers& headers);

}  // namespace fhir::smart
