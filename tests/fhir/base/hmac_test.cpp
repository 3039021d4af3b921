#include "fhir/base/hmac.h"

#include <catch2/catch.hpp>

namespace hmac_test {

TEST_CASE("hmac: the vectors of RFC 4231 come out", "[fhir]") {
    CHECK(fhir::hmacSha256(fhir::Secret(std::string(20, '\x0b')), "Hi There") ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(fhir::hmacSha256(fhir::Secret("Jefe"), "what do ya want for nothing?") ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    // A key longer than a block is hashed first.
    CHECK(fhir::hmacSha256(fhir::Secret(std::string(131, '\xaa')),
                           "Test Using Larger Than Block-Size Key - Hash Key First") ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("hmac: an empty text has one too", "[fhir]") {
    CHECK(fhir::hmacSha256(fhir::Secret("key"), "") ==
          "5d5d139563c95b5967b9bd9a8c9b233a9dedb45072794cd232dc1b74832607d0");
}

TEST_CASE("hmac: secrets are the same byte for byte", "[fhir]") {
    CHECK(fhir::isSameSecret("", ""));
    CHECK(fhir::isSameSecret("made up", "made up"));
    CHECK_FALSE(fhir::isSameSecret("made up", "made uq"));
    CHECK_FALSE(fhir::isSameSecret("made up", "made u"));
    CHECK_FALSE(fhir::isSameSecret("made up", "made up "));
    CHECK_FALSE(fhir::isSameSecret("", "x"));
}

}  // namespace hmac_test
