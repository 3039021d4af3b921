#include "fhir/smart/client_identity.h"

#include "fhir/base/base64.h"
#include "fhir/base/error.h"
#include "fhir/smart/jws.h"
#include "fhir/smart/jwt.h"

namespace fhir::smart {
namespace {

constexpr const char* kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

}  // namespace

std::string clientAssertion(const ClientIdentity& identity, const Url& tokenUrl, Instant now,
                            const std::string& jti) {
    if (!identity.key) throw Error(ErrorKind::Internal, "the client has no key to sign with");
    json::Writer writer;
    // `iat` because some servers refuse an `exp` without it; no `nbf`, which a server whose clock
    // is behind ours would refuse.
    writer.beginObject()
        .member("iss", identity.clientId)
        .member("sub", identity.clientId)
        .member("aud", identity.audience.empty() ? tokenUrl.text() : identity.audience)
        .member("exp", toNumericDate(now + kAssertionLifetime))
        .member("iat", toNumericDate(now))
        .member("jti", jti)
        .endObject();
    return sign({.algorithm = identity.algorithm, .kid = identity.kid, .jku = identity.jku},
                writer.take(), *identity.key);
}

void authenticate(const ClientIdentity& identity, const Url& tokenUrl, Instant now,
                  const std::string& jti, Query& form, Headers& headers) {
    switch (identity.method) {
        case AuthMethod::Public:
            form.add("client_id", identity.clientId);
            return;
        case AuthMethod::ClientSecretBasic:
            headers.set("Authorization",
                        "Basic " + base64(percentEncode(identity.clientId) + ":" +
                                          percentEncode(identity.secret.reveal())));
            break;
        case AuthMethod::ClientSecretPost:
            form.add("client_id", identity.clientId);
            form.add("client_secret", identity.secret.reveal());
            return;
        case AuthMethod::PrivateKeyJwt:
            form.add("client_assertion_type", kAssertionType);
            form.add("client_assertion", clientAssertion(identity, tokenUrl, now, jti));
            break;
    }
    if (identity.clientIdInBody) form.add("client_id", identity.clientId);
}

}  // namespace fhir::smart
