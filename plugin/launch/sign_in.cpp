#include "plugin/launch/sign_in.h"

#include <algorithm>

#include "fhir/base/error.h"
#include "fhir/r4/practitioner_role.h"

namespace plugin::launch {
namespace {

using fhir::Error;
using fhir::ErrorKind;

/// For what a launch is better with, and not ended by.
constexpr std::chrono::seconds kExtraTimeout{2};

/// The name that a resource of a person has: Practitioner, Person.
std::string nameIn(const fhir::Client& client, const fhir::TypeAndId& person, fhir::Instant now) {
    const auto document = client.read(person.type, person.id);
    fhir::json::Wanted wanted;
    return fhir::displayName(wanted.all<fhir::HumanName>(document.root(), "name"), now);
}

/// A role has no name of its own, but that of who is in it.
std::string nameInRole(const fhir::Client& client, const std::string& id, fhir::Instant now) {
    const auto role = client.read<fhir::PractitionerRole>(id);
    if (!role.practitioner) return {};
    if (role.practitioner->display) return *role.practitioner->display;
    const auto person = client.server().find(*role.practitioner);
    return person && person->type == "Practitioner" ? nameIn(client, *person, now) : "";
}

}  // namespace

/// Whether this issuer may say who signs in here; see SignIn.
bool SignIn::isTrustedIssuer(const std::string& name) const {
    if (!configuration.issuer.empty() && name == configuration.issuer) return true;
    try {
        const auto url = fhir::Url::parse(name);
        if (!url.query.empty()) return false;  // OpenID Connect Core, section 2: iss
        return fhir::sameOrigin(url, issuer.base) || fhir::sameOrigin(url, tokenUrl);
    } catch (const Error&) {
        return false;  // no address
    }
}

bool SignIn::alwaysNamesItself(fhir::Deadline deadline) const {
    if (configuration.namesIssuer) return *configuration.namesIssuer;
    const auto& name = configuration.issuer.empty() ? issuer.base.text() : configuration.issuer;
    try {
        const auto said = authorizationServers.openId(issuer, name, deadline);
        return said && said->namesIssuer.value_or(false);
    } catch (const Error&) {
        return false;  // a server that cannot say so has not said so
    }
}

void SignIn::checkAnswer(const std::optional<std::string>& iss, fhir::Deadline deadline) const {
    if (!iss) {
        if (!alwaysNamesItself(std::min(deadline, fhir::deadlineIn(kExtraTimeout)))) return;
        throw Error(ErrorKind::Forbidden,
                    "The answer does not say which sign-in it came from, as that of this EHR "
                    "always does. Open What Matters again from the chart.");
    }
    if (!configuration.issuer.empty() && *iss == configuration.issuer) return;
    if (isTrustedIssuer(*iss)) {
        // Many may share an origin, each under its own path: it is the one whose token address the
        // code would go to.
        const auto said = authorizationServers.openId(issuer, *iss, deadline);
        if (said && said->tokenEndpoint && said->tokenEndpoint->text() == tokenUrl.text()) return;
    }
    throw Error(ErrorKind::Forbidden,
                "The answer came from another sign-in than the one that was asked.");
}

fhir::Url SignIn::keysOf(const std::string& name, fhir::Deadline deadline) const {
    if (!isTrustedIssuer(name))
        throw Error(ErrorKind::Unauthorized,
                    "The EHR's word on who signed in is that of another sign-in than its own. Open "
                    "What Matters again from the chart; if it goes on, tell the people who look "
                    "after it.",
                    "/iss");
    const bool isNamed = configuration.issuer.empty() || name == configuration.issuer;
    if (isNamed && configuration.jwksUri) return *configuration.jwksUri;
    const auto said = authorizationServers.openId(issuer, name, deadline);
    if (said && said->jwksUri) return *said->jwksUri;
    throw Error(ErrorKind::BadReply,
                "The EHR does not say where the keys are that its sign-in is checked with.");
}

IdToken SignIn::who(const fhir::Secret& idToken, const std::string& nonce, fhir::Instant now,
                    fhir::Deadline deadline) const {
    if (idToken.empty()) throw Error(ErrorKind::BadReply, "The EHR did not say who signed in.");
    return verifyIdToken(
        idToken, {issuer.connection->settings.launch->clientId, nonce},
        [&](const std::string& name, std::string_view kid, fhir::smart::Algorithm algorithm) {
            return authorizationServers.key(issuer, keysOf(name, deadline), kid, algorithm,
                                            deadline);
        },
        now);
}

std::string nameOf(const Issuer& issuer, const std::string& user, const fhir::Secret& accessToken,
                   fhir::Instant now) {
    const auto who = fhir::parseReference(user);
    if (!who) return {};
    auto options = issuer.connection->adapter->client().options();
    options.deadline = std::min(options.deadline, fhir::deadlineIn(kExtraTimeout));
    options.authorization = [&] { return fhir::Secret("Bearer " + accessToken.reveal()); };
    options.renew = [](const auto&) { return false; };  // that is for our own token
    try {
        const fhir::Client client(*issuer.connection->transport, std::move(options));
        return who->type == "PractitionerRole" ? nameInRole(client, who->id, now)
                                               : nameIn(client, *who, now);
    } catch (const Error&) {
        return {};  // the page says "signed in" without a name
    }
}

}  // namespace plugin::launch
