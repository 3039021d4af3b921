#pragma once

#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/base/secret.h"
#include "plugin/connections/authorization_servers.h"
#include "plugin/launch/id_token.h"

namespace plugin::launch {

/// The authorization server that a launch was sent to, and what its EHR says of it.
///
/// ## Whose word is it?
///
/// The EHR is on a list of ours, so it may name the issuer of its id_tokens in its SMART
/// configuration, wherever that is. Not every EHR does, and some put a server of their own between
/// us and the one that signs. Another issuer counts too where it lies on the origin of the FHIR
/// base, or of the token address that the id_token came from: TLS has shown that it is theirs
/// (OpenID Connect Core, section 3.1.3.7, 6). Nothing is fetched from any other that a token or a
/// callback names.
struct SignIn {
    AuthorizationServers& authorizationServers;
    const Issuer& issuer;
    const fhir::smart::SmartConfiguration& configuration;
    fhir::Url tokenUrl;

    /// Throws Error{Forbidden} where the answer to the launch is another server's (mix-up), or does
    /// not say whose it is though this one always does (RFC 9207, section 2.4). `iss`: as the
    /// callback has it.
    void checkAnswer(const std::optional<std::string>& iss, fhir::Deadline deadline) const;

    /// Who signed in, once their id_token has been verified with the keys of its issuer: those that
    /// the EHR names, else those of `[issuer]/.well-known/openid-configuration`. Throws as
    /// `verifyIdToken`, and Error{BadReply} where there is no token or no key is named.
    IdToken who(const fhir::Secret& idToken, const std::string& nonce, fhir::Instant now,
                fhir::Deadline deadline) const;

private:
    bool isTrustedIssuer(const std::string& name) const;
    bool alwaysNamesItself(fhir::Deadline deadline) const;
    fhir::Url keysOf(const std::string& name, fhir::Deadline deadline) const;
};

/// The name of who signed in, for the page's header: their resource ("Practitioner/7") is read
/// with their own token. "" where the EHR does not give it soon.
std::string nameOf(const Issuer& issuer, const std::string& user, const fhir::Secret& accessToken);

}  // namespace plugin::launch
