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

/// How a client shows an authorization server who it is.
enum class AuthMethod : std::uint8_t {
    Public,             ///< it cannot: only its id goes along
    ClientSecretBasic,  ///< RFC 6749, section 2.3.1; SMART, client-confidential-symmetric
    ClientSecretPost,   ///< the same in the body, for servers that know no other way
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
    std::string kid = {};       ///< as the server knows the key
    std::string jku = {};       ///< where our keys are, as registered; "" leaves it out
    std::string audience = {};  ///< for `aud`; "" is the token address itself

    /// Some servers want the id in the body too, though SMART lets confidential clients leave it
    /// out.
    bool clientIdInBody = false;
};

/// A client assertion lives this long: SMART allows five minutes, and clocks differ.
constexpr std::chrono::seconds kAssertionLifetime{240};

/// A signed assertion for one request to `tokenUrl`: `iss`, `sub`, `aud`, `exp`, `iat`, `jti`.
/// `jti` is never used twice, not for a second try either.
std::string clientAssertion(const ClientIdentity& identity, const Url& tokenUrl, Instant now,
                            const std::string& jti);

/// Adds what shows who we are to a request to the token address.
void authenticate(const ClientIdentity& identity, const Url& tokenUrl, Instant now,
                  const std::string& jti, Query& form, Headers& headers);

}  // namespace fhir::smart
