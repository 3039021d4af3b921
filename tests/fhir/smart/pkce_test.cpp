#include "fhir/smart/pkce.h"

namespace pkce_test {

TEST_CASE("pkce: the challenge of RFC 7636, appendix B (SMART 13, 44, 45)", "[smart]") {
    CHECK(fhir::smart::codeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") ==
          "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST_CASE("pkce: a verifier has 256 bits and is never the same", "[smart]") {
    const auto verifier = fhir::smart::newCodeVerifier().reveal();

    CHECK(verifier.size() == 43);
    CHECK(fhir::smart::newCodeVerifier().reveal() != verifier);
}

}  // namespace pkce_test
