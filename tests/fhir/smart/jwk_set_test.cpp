#include "fhir/smart/jwk_set.h"

#include "tests/fhir/smart/keys.h"
#include "tests/support/json_at.h"
#include "tests/support/thrown.h"

namespace jwk_set_test {

using fhir::smart::Algorithm;
using fhir::smart::JwkSet;

namespace {

/// A key of ours in a set, with members before its own: `"kid":"a",`.
std::string jwk(Algorithm algorithm, const std::string& members) {
    return "{" + members + test::publicJwk(test::ourKey(algorithm)).substr(1);
}

JwkSet setOf(const std::string& keys) {
    return JwkSet::parse("{\"keys\":[" + keys + "]}");
}

}  // namespace

TEST_CASE("jwk set: the guide's sets are read, and private members passed over", "[smart]") {
    const auto [file, algorithm, kid] = GENERATE(table<std::string, Algorithm, std::string>({
        {"RS384.public.json", Algorithm::RS384, "eee9f17a3b598fd86417a980b591fbe6"},
        {"ES384.public.json", Algorithm::ES384, "cd520211e5661dbba2256f67f6d53f97"},
        // Holds the private key too, which is not for verifying.
        {"RS384.private.json", Algorithm::RS384, "eee9f17a3b598fd86417a980b591fbe6"},
    }));
    const auto set = JwkSet::parse(test::smartExample(file));

    REQUIRE(set.keys().size() == 1);
    CHECK_FALSE(set.keys().front().key.isPrivate());
    CHECK(set.find(kid, algorithm));
    CHECK_FALSE(set.find(kid + "x", algorithm));
    CHECK_FALSE(set.find(kid, Algorithm::RS256));  // the set says which algorithm
}

TEST_CASE("jwk set: a key is found by id and by what it can have signed", "[smart]") {
    const auto set = setOf(jwk(Algorithm::RS256, R"("kid":"a",)") + "," +
                           jwk(Algorithm::ES384, R"("kid":"a","alg":"ES384","use":"sig",)") + "," +
                           jwk(Algorithm::ES256, R"("kid":"b",)"));

    CHECK(set.find("a", Algorithm::RS384)->thumbprint() ==
          test::ourKey(Algorithm::RS256).thumbprint());
    CHECK(set.find("a", Algorithm::ES384)->type() == fhir::smart::KeyType::P384);
    CHECK_FALSE(set.find("a", Algorithm::ES256));
    CHECK_FALSE(set.find("b", Algorithm::ES384));
    CHECK(set.find("", Algorithm::ES256));  // no id, but one fits
    const auto twice = setOf(jwk(Algorithm::ES256, "") + "," + jwk(Algorithm::ES256, ""));
    CHECK_FALSE(twice.find("", Algorithm::ES256));
}

TEST_CASE("jwk set: one key that is of no use does not take the others with it", "[smart]") {
    const auto useless =
        GENERATE(as<std::string>(), R"({"kty":"oct","k":"c2VjcmV0","kid":"a"})", R"({"kty":"EC"})",
                 R"({"kty":"OKP","crv":"Ed25519","x":"AA"})", "7", "null", R"({"kid":"a"})");
    const auto set = setOf(useless + "," + jwk(Algorithm::ES384, R"("kid":"b",)"));

    CHECK(set.keys().size() == 1);
    CHECK(set.find("b", Algorithm::ES384));
}

TEST_CASE("jwk set: a key for something else is passed over", "[smart]") {
    const auto members = GENERATE(as<std::string>(), R"("use":"enc",)", R"("key_ops":["encrypt"],)",
                                  R"("key_ops":[],)", R"("alg":"HS256",)", R"("alg":"RS256",)",
                                  R"("alg":"none",)", R"("use":7,)");

    CHECK(setOf(jwk(Algorithm::ES384, members)).keys().empty());
}

TEST_CASE("jwk set: written, it is read again and holds public halves only", "[smart]") {
    const auto& key = test::ourKey(Algorithm::ES384);
    const auto json = JwkSet({{key, "k1", Algorithm::ES384}, {key, "k2", {}}}).toJson();

    CHECK(JwkSet::parse(json).find("k1", Algorithm::ES384)->thumbprint() == key.thumbprint());
    CHECK(test::at(json, "/keys/0/kid") == "k1");
    CHECK(test::at(json, "/keys/0/use") == "sig");
    CHECK(test::at(json, "/keys/0/alg") == "ES384");
    CHECK(test::at(json, "/keys/1/alg").empty());
    CHECK(json.find("\"d\"") == std::string::npos);
    CHECK(JwkSet().toJson() == R"({"keys":[]})");
}

TEST_CASE("jwk set: limits, and what is no set", "[smart]") {
    const auto text = GENERATE(as<std::string>(), "", "[]", "{}", R"({"keys":{}})", "<html>",
                               std::string(300 * 1024, ' ') + R"({"keys":[]})");
    CHECK(test::thrown([&] { JwkSet::parse(text); }).kind() == fhir::ErrorKind::InvalidInput);

    std::string many;
    for (int i = 0; i < 100; ++i) many += R"({"kty":"oct"},)";
    CHECK(setOf(many + jwk(Algorithm::ES384, "")).keys().empty());
}

}  // namespace jwk_set_test
