#include "plugin/launch/id_token.h"

#include <algorithm>
#include <array>

#include "fhir/base/error.h"
#include "fhir/r4/datatypes.h"
#include "fhir/smart/jwt.h"

namespace plugin::launch {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::smart::Algorithm;

/// SMART wants RS256 of every EHR; the others are as good. "none" and HMAC are no algorithms here.
constexpr std::array kAlgorithms{Algorithm::RS256, Algorithm::RS384, Algorithm::RS512,
                                 Algorithm::ES256, Algorithm::ES384};
constexpr std::size_t kSubjectBytesMax = 1024;

[[noreturn]] void refuse(const std::string& why, const std::string& path = {}) {
    throw Error(ErrorKind::Unauthorized,
                "The EHR's word on who signed in cannot be trusted: " + why +
                    ". Open What Matters again from the chart; if it goes on, tell the people who "
                    "look after it.",
                path);
}

}  // namespace

IdToken verifyIdToken(const fhir::Secret& token, const IdTokenRules& rules, const FindKey& findKey,
                      fhir::Instant now) {
    try {
        const auto jws = fhir::smart::Jws::parse(token.reveal());
        const auto document = fhir::json::Document::parse(jws.payload());
        const auto claims = document.root();
        const auto issuer = claims.at("iss").string();
        const auto key = findKey(issuer, jws.header().kid, jws.header().algorithm);
        if (!key) refuse("it is signed by a key that the EHR does not list");
        if (!jws.isSignedBy(*key, kAlgorithms)) refuse("its signature is wrong");
        fhir::smart::checkClaims(
            claims, {.issuer = issuer, .audiences = {rules.clientId}, .needsIssuedAt = true}, now);
        const auto party = claims.findString("azp");
        const auto audience = claims.at("aud");
        if ((party && *party != rules.clientId) ||
            (!party && audience.isArray() && audience.size() > 1))
            refuse("it was made for another app", "/azp");
        if (rules.nonce.empty() || claims.findString("nonce") != rules.nonce)
            refuse("it does not belong to this launch", "/nonce");
        IdToken result{issuer, claims.at("sub").string(),
                       claims.findString("fhirUser").value_or("")};
        if (result.subject.empty() || result.subject.size() > kSubjectBytesMax)
            refuse("it names nobody", "/sub");
        return result;
    } catch (const Error& error) {
        // Names of claims and what is wrong with them; never their values.
        if (error.kind() == ErrorKind::InvalidInput) refuse(error.what(), error.path());
        throw;
    }
}

std::string staffReference(std::string_view fhirUser, std::string_view base) {
    if (fhirUser.empty())
        throw Error(
            ErrorKind::Unauthorized,
            "The EHR did not say which member of staff signed in: its id_token has no "
            "fhirUser. Tell the people who look after the EHR: What Matters needs the scopes "
            "openid and fhirUser, and the user a Practitioner of their own.",
            "/fhirUser");
    while (base.ends_with('/')) base.remove_suffix(1);
    if (fhirUser.starts_with(base) && fhirUser.substr(base.size()).starts_with('/'))
        fhirUser.remove_prefix(base.size() + 1);
    const auto slash = fhirUser.find('/');
    const auto type = fhirUser.substr(0, slash);
    const auto id = slash == std::string_view::npos ? "" : fhirUser.substr(slash + 1);
    if (!fhir::isId(id)) refuse("it names the user in a way that is not this EHR's", "/fhirUser");
    if (type == "Patient" || type == "RelatedPerson")
        throw Error(ErrorKind::Forbidden,
                    "These pages are for the care team. Patients and relatives are asked by them.");
    if (type != "Practitioner" && type != "PractitionerRole" && type != "Person")
        refuse("it names the user in a way that is not this EHR's", "/fhirUser");
    return std::string(fhirUser);
}

}  // namespace plugin::launch
