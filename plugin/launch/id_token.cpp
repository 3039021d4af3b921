#include "plugin/launch/id_token.h"

#include <algorithm>
#include <array>

#include "fhir/base/error.h"
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

std::string staffReference(std::string_view fhirUser, const fhir::ServerAddress& server) {
    constexpr const char* kNotOurs = "it names the user in a way that is not this EHR's";
    if (fhirUser.empty())
        throw Error(
            ErrorKind::Unauthorized,
            "The EHR did not say which member of staff signed in: its id_token has no "
            "fhirUser. Tell the people who look after the EHR: What Matters needs the scopes "
            "openid and fhirUser, and the user a Practitioner of their own.",
            "/fhirUser");
    // Somebody is named, and not a version of their record.
    const auto who = fhirUser.find("/_history/") == std::string_view::npos ? server.find(fhirUser)
                                                                           : std::nullopt;
    if (!who) refuse(kNotOurs, "/fhirUser");
    if (who->type == "Patient" || who->type == "RelatedPerson")
        throw Error(ErrorKind::Forbidden,
                    "These pages are for the care team. Patients and relatives are asked by them.");
    if (who->type != "Practitioner" && who->type != "PractitionerRole" && who->type != "Person")
        refuse(kNotOurs, "/fhirUser");
    return who->text();
}

}  // namespace plugin::launch
