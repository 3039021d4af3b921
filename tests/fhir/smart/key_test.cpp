#include "fhir/smart/key.h"

#include "tests/fhir/smart/keys.h"
#include "tests/support/json_at.h"
#include "tests/support/thrown.h"

namespace key_test {

using fhir::smart::Algorithm;
using fhir::smart::Key;
using fhir::smart::KeyType;

namespace {

Key fromJwk(const std::string& json) {
    return Key::fromJwk(fhir::json::Document::parse(json).root());
}

std::string faultOf(const std::string& json) {
    const auto error = test::thrown([&] { fromJwk(json); });
    CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
    return error.path();
}

}  // namespace

TEST_CASE("key: algorithms have names, and none that everybody could sign with", "[smart]") {
    const auto name = GENERATE(as<std::string>(), "RS256", "RS384", "RS512", "ES256", "ES384");

    REQUIRE(fhir::smart::findAlgorithm(name));
    CHECK(fhir::smart::toString(*fhir::smart::findAlgorithm(name)) == name);

    for (const auto* other : {"none", "None", "", "HS256", "HS384", "HS512", "rs256", "PS256",
                              "ES512", "EdDSA", "RS256 "})
        CHECK_FALSE(fhir::smart::findAlgorithm(other));
}

TEST_CASE("key: the thumbprint of RFC 7638, section 3.1", "[smart]") {
    const auto key = fromJwk(R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9n)"
                             R"(ndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7)"
                             R"(aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhM)"
                             R"(stn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0)"
                             R"(h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJ)"
                             R"(ZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD0)"
                             R"(8qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XP)"
                             R"(ksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJ)"
                             R"(zKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"})");

    CHECK(key.thumbprint() == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

TEST_CASE("key: the public half is written as it was read (SMART 313, 314, 315)", "[smart]") {
    const auto file = GENERATE(as<std::string>(), "RS384.public.json", "ES384.public.json");
    const auto set = test::smartExample(file);
    const auto key = fromJwk(test::at(set, "/keys/0"));

    for (const auto* member : {"kty", "n", "e", "crv", "x", "y"})
        CHECK(test::at(test::publicJwk(key), std::string("/") + member) ==
              test::at(set, std::string("/keys/0/") + member));
    CHECK_FALSE(key.isPrivate());
}

TEST_CASE("key: a new pair goes into PEM and comes out of it again (SMART 290)", "[smart]") {
    const auto [algorithm, type] = GENERATE(table<Algorithm, KeyType>({
        {Algorithm::RS384, KeyType::Rsa},
        {Algorithm::ES256, KeyType::P256},
        {Algorithm::ES384, KeyType::P384},
    }));
    const auto& key = test::ourKey(algorithm);

    const auto read = Key::fromPrivateText(key.privatePem());

    CHECK(key.privatePem().reveal().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    CHECK(read.isPrivate());
    CHECK(read.type() == type);
    CHECK(read.thumbprint() == key.thumbprint());
    CHECK(test::publicHalf(key).thumbprint() == key.thumbprint());
    CHECK(Key::generate(Algorithm::ES384).thumbprint() != key.thumbprint());
}

TEST_CASE("key: a public JWK holds nothing of the private half (SMART 295)", "[smart]") {
    const auto key = test::examplePrivateKey("ES384.private.json");

    CHECK(test::at(test::publicJwk(key), "/d").empty());
    CHECK(test::publicJwk(key) == test::publicJwk(test::publicHalf(key)));
    CHECK_THROWS(test::publicHalf(key).privatePem());
}

TEST_CASE("key: what is no key is refused by the member that is wrong", "[smart]") {
    using test::at;
    const auto ec = at(test::smartExample("ES384.public.json"), "/keys/0");
    const auto x = at(ec, "/x");
    const auto y = at(ec, "/y");
    const auto curve = [](const std::string& name, const std::string& px, const std::string& py) {
        return R"({"kty":"EC","crv":")" + name + R"(","x":")" + px + R"(","y":")" + py + "\"}";
    };

    CHECK(faultOf(curve("P-384", x, y.substr(0, 60))) == "/y");  // a coordinate too short
    CHECK(faultOf(curve("P-384", "AAAA" + x, y)) == "/x");
    CHECK(faultOf(curve("P-256", x, y)) == "/x");
    CHECK(faultOf(curve("P-521", x, y)) == "/crv");
    CHECK(faultOf(curve("P-384", "?" + x.substr(1), y)) == "/x");
    CHECK(faultOf(curve("P-384", x, x)).empty());  // no point of the curve
    CHECK(faultOf(R"({"kty":"oct","k":"c2VjcmV0"})") == "/kty");
    CHECK(faultOf(R"({"kty":"RSA","n":"AQAB","e":"AQAB"})") == "/n");  // 17 bits
    CHECK(faultOf(R"({"kty":"RSA","n":")" + std::string(1600, 'A') + R"(","e":"AQAB"})") == "/n");
    const auto rsa = at(test::smartExample("RS384.public.json"), "/keys/0/n");
    CHECK(faultOf(R"({"kty":"RSA","n":")" + rsa + R"(","e":"AQABAQABAQAB"})") == "/e");
    CHECK(faultOf(R"({"kty":"RSA","e":"AQAB"})") == "/n");
    CHECK(fromJwk(curve("P-384", x, y)).type() == KeyType::P384);
}

TEST_CASE("key: a file without a usable private key is refused and nothing of it told", "[smart]") {
    const auto pem = test::ourKey(Algorithm::ES384).privatePem().reveal();
    const auto text = GENERATE_COPY(
        as<std::string>(), std::string(), std::string("clear words"), pem.substr(0, pem.size() / 2),
        std::string("{\"kty\":\"EC\"}"), std::string("{"),
        std::string("-----BEGIN PRIVATE KEY-----\nclear words\n-----END PRIVATE KEY-----\n"));

    const auto error = test::thrown([&] { Key::fromPrivateText(fhir::Secret(text)); });

    CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
    CHECK(std::string(error.what()).find("clear words") == std::string::npos);
}

}  // namespace key_test
