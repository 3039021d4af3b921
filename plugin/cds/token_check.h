#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fhir/smart/jwks_cache.h"
#include "fhir/smart/jws.h"
#include "fhir/smart/jwt.h"
#include "plugin/connections/connections.h"

namespace plugin::cds {

/// The token of a caller, after it was checked.
struct CheckedToken {
    std::string iss, jti;
    fhir::Instant expires;  ///< end of its validity, leeway included
    std::vector<const Connection*> connections;
};

/// Checks the JSON Web Token of a CDS client: its issuer and key address against the lists of the
/// connections before anything is fetched, then what it claims, then its signature (CDS Hooks 2.0,
/// Trusting CDS Clients). Does not know whether the token was shown before.
class TokenCheck {
public:
    TokenCheck(const Connections& connections, fhir::Clock clock);
    ~TokenCheck();
    TokenCheck(const TokenCheck&) = delete;
    TokenCheck& operator=(const TokenCheck&) = delete;

    /// `address`: the address that was called, as `aud` must name it. Waits until `deadline` for
    /// keys that are not cached; a fetch that takes longer goes on in the background. Throws
    /// Error{Unauthorized} with a reason for the log, which holds nothing of the token, and
    /// Error{Unavailable} if the keys did not come in time.
    CheckedToken check(const std::string& token, const std::string& address,
                       fhir::Deadline deadline) const;

    bool hasIssuers() const noexcept { return !trusted_.empty(); }

private:
    struct Trusted;
    std::optional<fhir::smart::Key> keyOf(const Trusted& trusted,
                                          const fhir::smart::JwsHeader& header,
                                          fhir::Deadline deadline) const;

    fhir::Clock clock_;
    std::vector<std::unique_ptr<Trusted>> trusted_;
};

}  // namespace plugin::cds
