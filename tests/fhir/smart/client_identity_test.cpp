#include "fhir/smart/client_identity.h"

#include <array>

#include "fhir/smart/jws.h"
#include "tests/fhir/smart/keys.h"
#include "tests/support/json_at.h"

namespace client_identity_test {

using fhir::smart::Algorithm;
using fhir::smart::AuthMethod;
using fhir::smart::ClientIdentity;

namespace {

const auto kTokenUrl = fhir::Url::parse("https://auth.example/oauth2/token");
const fhir::Instant kNow{std::chrono::seconds(1'795'550'400)};

struct Sent {
    fhir::Query form;
    fhir::Headers headers;
};

Sent authenticated(const ClientIdentity& identity) {
    Sent sent;
    fhir::smart::authenticate(identity, kTokenUrl, kNow, "jti-1", sent.form, sent.headers);
    return sent;
}

ClientIdentity withKey(Algorithm algorithm) {
    ClientIdentity identity{.method = AuthMethod::PrivateKeyJwt, .clientId = "what matters"};
    identity.key = test::ourKey(algorithm);
    identity.algorithm = algorithm;
    identity.kid = "2026/a+b=";
    return identity;
}

}  // namespace

TEST_CASE(
    "client identity: the assertion is signed, for this server alone and for four minutes "
    "(SMART 233, 319, 321, 322, 323, 327, 328, 329, 330, 331, 332)",
    "[smart]") {
    const auto algorithm = GENERATE(Algorithm::RS384, Algorithm::ES384, Algorithm::RS512);
    const auto identity = withKey(algorithm);

    const auto jws =
        fhir::smart::Jws::parse(fhir::smart::clientAssertion(identity, kTokenUrl, kNow, "jti-1"));

    CHECK(jws.isSignedBy(test::publicHalf(*identity.key), std::array{algorithm}));
    CHECK(jws.header().algorithm == algorithm);
    CHECK(jws.header().kid == "2026/a+b=");
    CHECK(jws.header().type == "JWT");
    CHECK(jws.header().jku.empty());
    CHECK(jws.payload() == R"({"iss":"what matters","sub":"what matters",)"
                           R"("aud":"https://auth.example/oauth2/token",)"
                           R"("exp":1795550640,"iat":1795550400,"jti":"jti-1"})");
}

TEST_CASE("client identity: jku and another audience where the site says so (SMART 324, 325)",
          "[smart]") {
    auto identity = withKey(Algorithm::ES384);
    identity.jku = "https://us.example/.well-known/jwks.json";
    identity.audience = "https://auth.example";

    const auto jws =
        fhir::smart::Jws::parse(fhir::smart::clientAssertion(identity, kTokenUrl, kNow, "jti-1"));

    CHECK(jws.header().jku == "https://us.example/.well-known/jwks.json");
    CHECK(test::at(jws.payload(), "/aud") == "https://auth.example");
}

TEST_CASE(
    "client identity: by key, the assertion goes into the form and the id does not "
    "(SMART 72, 237, 238, 333, 334)",
    "[smart]") {
    auto identity = withKey(Algorithm::ES384);
    const auto sent = authenticated(identity);

    CHECK(sent.form.find("client_assertion_type") ==
          "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    CHECK(fhir::smart::Jws::parse(sent.form.find("client_assertion").value())
              .isSignedBy(*identity.key, std::array{Algorithm::ES384}));
    CHECK_FALSE(sent.form.find("client_id"));
    CHECK_FALSE(sent.headers.find("Authorization"));
    identity.clientIdInBody = true;
    CHECK(authenticated(identity).form.find("client_id") == "what matters");
}

TEST_CASE("client identity: a secret by Basic or in the form, never both (SMART 64, 345)",
          "[smart]") {
    ClientIdentity identity{.clientId = "a:b", .secret = fhir::Secret("p ä%:")};

    identity.method = AuthMethod::ClientSecretBasic;
    const auto basic = authenticated(identity);
    // "a%3Ab:p%20%C3%A4%25%3A" (RFC 6749, section 2.3.1)
    CHECK(basic.headers.find("Authorization") == "Basic YSUzQWI6cCUyMCVDMyVBNCUyNSUzQQ==");
    CHECK(basic.form.empty());

    identity.method = AuthMethod::ClientSecretPost;
    const auto post = authenticated(identity);
    CHECK(post.form.find("client_id") == "a:b");
    CHECK(post.form.find("client_secret") == "p ä%:");
    CHECK_FALSE(post.headers.find("Authorization"));
}

TEST_CASE("client identity: a public client has its id alone (SMART 63, 71)", "[smart]") {
    const auto sent = authenticated({.clientId = "app", .secret = fhir::Secret("not ours")});

    CHECK(sent.form.text() == "client_id=app");
    CHECK_FALSE(sent.headers.find("Authorization"));
}

}  // namespace client_identity_test
