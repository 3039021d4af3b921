#pragma once

#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/base/secret.h"
#include "plugin/connections/authorization_servers.h"
#include "plugin/launch/id_token.h"

namespace plugin::launch {

/// The authorization server that a launch was sent to, and the SMART configuration of its EHR.
///
/// ## Which issuers are trusted?
///
/// The EHR is one that the site lists, so its SMART configuration may name any issuer of its
/// id_tokens. Not every EHR names one, and some put a server of their own between us and the one
/// that signs. So another issuer is trusted too if it has the origin of the FHIR base, or of the
/// token address that the id_token came from: TLS has shown that it is theirs (OpenID Connect Core,
/// section 3.1.3.7, 6). Nothing is fetched from any other issuer that a token or a callback names.
struct SignIn {
    AuthorizationServers& authorizationServers;
    const Issuer& issuer;
    const fhir::smart::SmartConfiguration& configuration;
    fhir::Url tokenUrl;

    /// Throws Error{Forbidden} if the answer to the launch is from another server (mix-up attack),
    /// or does not name its server although this server always does (RFC 9207, section 2.4). `iss`:
    /// that of the callback.
    void checkAnswer(const std::optional<std::string>& iss, fhir::Deadline deadline) const;

    /// Returns who signed in, after it has verified the id_token with the keys of its issuer: those
    /// that the EHR names, else those of `[issuer]/.well-known/openid-configuration`. Throws as
    /// `verifyIdToken`, and Error{BadReply} if there is no token or no key is named.
    IdToken who(const fhir::Secret& idToken, const std::string& nonce, fhir::Instant now,
                fhir::Deadline deadline) const;

private:
    bool isTrustedIssuer(const std::string& name) const;
    bool alwaysNamesItself(fhir::Deadline deadline) const;
    fhir::Url keysOf(const std::string& name, fhir::Deadline deadline) const;
};

/// Returns the name of the signed-in user, for the page's header: reads their resource
/// ("Practitioner/7") with their own token. "" if the EHR does not send it soon.
std::string nameOf(const Issuer& issuer, const std::string& user, const fhir::Secret& accessToken,
                   fhir::Instant now);

}  // namespace plugin::launch
