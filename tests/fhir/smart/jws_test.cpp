#include "fhir/smart/jws.h"

#include <array>
#include <random>

#include "fhir/base/base64.h"
#include "tests/fhir/smart/keys.h"
#include "tests/support/thrown.h"

namespace jws_test {

using fhir::base64url;
using fhir::smart::Algorithm;
using fhir::smart::Jws;

namespace {

constexpr std::array kAll{Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::ES256,
                          Algorithm::ES384};

const std::string kGuidePayload =
    R"({"iss":"https://bili-monitor.example.com","sub":"https://bili-monitor.example.com",)"
    R"("aud":"https://authorize.smarthealthit.org/token","exp":1422568860,)"
    R"("jti":"random-non-reusable-jwt-id-123"})";

std::string join(const std::string& header, const std::string& payload,
                 const std::string& signature) {
    return base64url(header) + "." + base64url(payload) + "." + base64url(signature);
}

std::string signatureOf(const std::string& compact) {
    return fhir::decodeBase64url(compact.substr(compact.rfind('.') + 1)).value();
}

std::string withSignature(const std::string& compact, const std::string& signature) {
    return compact.substr(0, compact.rfind('.') + 1) + base64url(signature);
}

}  // namespace

TEST_CASE("jws: the guide's RS384 example byte by byte (SMART 307, 308, 320)", "[smart]") {
    const auto key = test::examplePrivateKey("RS384.private.json");

    const auto compact = fhir::smart::sign(
        {.algorithm = Algorithm::RS384, .kid = "eee9f17a3b598fd86417a980b591fbe6", .jku = {}},
        kGuidePayload, key);

    CHECK(compact == test::smartExample("RS384.jwt"));
}

TEST_CASE("jws: the guide's ES384 example verifies (SMART 309)", "[smart]") {
    const auto key = test::publicHalf(test::examplePrivateKey("ES384.private.json"));
    const auto jws = Jws::parse(test::smartExample("ES384.jwt"));

    CHECK(jws.isSignedBy(key, kAll));
    CHECK(jws.payload() == kGuidePayload);
    CHECK(jws.header().kid == "cd520211e5661dbba2256f67f6d53f97");
    CHECK(jws.header().type == "JWT");
}

TEST_CASE("jws: what we sign verifies with its public half and no other way", "[smart]") {
    const auto algorithm = GENERATE(from_range(kAll));
    const auto& key = test::ourKey(algorithm);
    const auto compact = fhir::smart::sign(
        {.algorithm = algorithm, .kid = "a/b+c=", .jku = "https://us.example/jwks"}, "{}", key);
    const auto jws = Jws::parse(compact);

    CHECK(jws.isSignedBy(test::publicHalf(key), std::array{algorithm}));
    CHECK(jws.header().kid == "a/b+c=");
    CHECK(jws.header().jku == "https://us.example/jwks");
    // The right key, but not an algorithm that is allowed.
    for (const auto other : kAll)
        if (other != algorithm) CHECK_FALSE(jws.isSignedBy(key, std::array{other}));
    CHECK_FALSE(jws.isSignedBy(key, {}));
    // Another key of the same type, and keys of the other types.
    const auto other = key.type() == fhir::smart::KeyType::Rsa
                           ? test::examplePrivateKey("RS384.private.json")
                           : fhir::smart::Key::generate(algorithm);
    CHECK_FALSE(jws.isSignedBy(other, kAll));
    for (const auto one : kAll)
        if (fhir::smart::keyTypeOf(one) != key.type())
            CHECK_FALSE(jws.isSignedBy(test::ourKey(one), kAll));
}

TEST_CASE("jws: one changed bit anywhere and the signature is wrong", "[smart]") {
    const auto algorithm = GENERATE(Algorithm::RS384, Algorithm::ES384);
    const auto& key = test::ourKey(algorithm);
    const auto compact =
        fhir::smart::sign({.algorithm = algorithm, .kid = "k", .jku = {}}, R"({"sub":"a"})", key);
    const auto signature = signatureOf(compact);

    for (std::size_t at = 0; at < signature.size(); at += 7) {
        auto changed = signature;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        CHECK_FALSE(Jws::parse(withSignature(compact, changed)).isSignedBy(key, kAll));
    }
    const auto dot = compact.find('.');
    const auto payload = base64url(R"({"sub":"b"})");
    const auto other = compact.substr(0, dot + 1) + payload + compact.substr(compact.rfind('.'));
    CHECK_FALSE(Jws::parse(other).isSignedBy(key, kAll));
    CHECK(Jws::parse(compact).isSignedBy(key, kAll));
}

TEST_CASE("jws: an ECDSA signature has its fixed length, however small its numbers", "[smart]") {
    const auto [algorithm, bytes] =
        GENERATE(table<Algorithm, std::size_t>({{Algorithm::ES256, 64}, {Algorithm::ES384, 96}}));
    const auto& key = test::ourKey(algorithm);
    int withLeadingZero = 0;

    // One in 128 begins R or S with a zero byte: in 2000 there are some, but for one run in 10^6.
    for (int i = 0; i < 2000; ++i) {
        const auto compact =
            fhir::smart::sign({.algorithm = algorithm, .kid = {}, .jku = {}}, "{}", key);
        const auto signature = signatureOf(compact);
        REQUIRE(signature.size() == bytes);
        if (signature[0] != 0 && signature[bytes / 2] != 0) continue;
        ++withLeadingZero;
        REQUIRE(Jws::parse(compact).isSignedBy(key, kAll));
    }
    CHECK(withLeadingZero > 0);
}

TEST_CASE("jws: an ECDSA signature of another length is refused", "[smart]") {
    const auto& key = test::ourKey(Algorithm::ES384);
    const auto compact =
        fhir::smart::sign({.algorithm = Algorithm::ES384, .kid = {}, .jku = {}}, "{}", key);
    const auto right = signatureOf(compact);
    const auto half = right.substr(0, 48);
    const auto wrong = GENERATE_COPY(
        as<std::string>(), right.substr(1), right.substr(0, 95), right + std::string(1, '\0'),
        std::string(1, '\0') + right, right + right, std::string("x"), std::string(96, '\0'),
        half + std::string(48, '\0'), right.substr(0, 64), std::string(96, '\xFF'));

    CHECK_FALSE(Jws::parse(withSignature(compact, wrong)).isSignedBy(key, kAll));
}

TEST_CASE("jws: what is no signed text of ours is refused before any key is looked at", "[smart]") {
    const auto good = fhir::smart::sign({.algorithm = Algorithm::ES384, .kid = "k", .jku = {}},
                                        "{}", test::ourKey(Algorithm::ES384));
    const auto text =
        GENERATE_COPY(as<std::string>(), std::string(), std::string("."), std::string(".."),
                      std::string("a.b"), good + ".", "." + good, good + "=", good + " ",
                      good + ".x", good.substr(0, good.rfind('.') + 1),  // no signature
                      join(R"({"alg":"none"})", "{}", "x"),              //
                      join(R"({"alg":"None"})", "{}", "x"),              //
                      join(R"({"alg":"HS256"})", "{}", "x"),             //
                      join(R"({"alg":"HS384"})", "{}", "x"),             //
                      join(R"({"typ":"JWT"})", "{}", "x"),               //
                      join(R"({"alg":["ES384"]})", "{}", "x"),           //
                      join(R"({"alg":"ES384","alg":"RS256"})", "{}", "x"),
                      join(R"({"alg":"ES384","kid":7})", "{}", "x"),
                      join(R"({"alg":"ES384","crit":["b64"],"b64":false})", "{}", "x"),
                      join("[]", "{}", "x"), join("{", "{}", "x"), join("ES384", "{}", "x"),
                      join(R"({"alg":"ES384","x":")" + std::string(5000, 'x') + "\"}", "{}", "x"),
                      join(R"({"alg":"ES384"})", std::string(20'000, 'x'), "x"));

    CHECK(test::thrown([&] { Jws::parse(text); }).kind() == fhir::ErrorKind::InvalidInput);
}

TEST_CASE("jws: whatever bytes come, they are read or refused", "[smart]") {
    const auto good = test::smartExample("ES384.jwt");
    const auto key = test::publicHalf(test::examplePrivateKey("ES384.private.json"));
    std::minstd_rand random(20'261'124);  // always the same texts
    int read = 0;

    for (int i = 0; i < 3000; ++i) {
        auto text = good;
        for (auto left = 1 + random() % 3; left > 0; --left) {
            const auto place = random() % text.size();
            if (random() % 3 == 0)
                text.erase(place, 1 + random() % 8);
            else
                text[place] = static_cast<char>(random() % 256);
        }
        try {
            const auto jws = Jws::parse(text);
            ++read;
            if (text != good) REQUIRE_FALSE(jws.isSignedBy(key, kAll));
        } catch (const fhir::Error& error) {
            REQUIRE(error.kind() == fhir::ErrorKind::InvalidInput);
        }
    }
    CHECK(read > 0);
}

TEST_CASE("jws: signing wants a private key that fits the algorithm", "[smart]") {
    const auto refused = [](Algorithm algorithm, const fhir::smart::Key& key) {
        return test::thrown([&] {
                   fhir::smart::sign({.algorithm = algorithm, .kid = {}, .jku = {}}, "{}", key);
               }).kind() == fhir::ErrorKind::InvalidInput;
    };

    CHECK(refused(Algorithm::ES384, test::ourKey(Algorithm::RS384)));
    CHECK(refused(Algorithm::ES384, test::ourKey(Algorithm::ES256)));
    CHECK(refused(Algorithm::RS384, test::ourKey(Algorithm::ES384)));
    CHECK(refused(Algorithm::ES384, test::publicHalf(test::ourKey(Algorithm::ES384))));
}

}  // namespace jws_test
