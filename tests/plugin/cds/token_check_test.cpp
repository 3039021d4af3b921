// The JWT negative matrix (CDS Hooks 2.0, Trusting CDS Clients).
#include "plugin/cds/token_check.h"

#include "plugin/settings/settings.h"
#include "tests/support/cds_token.h"
#include "tests/support/site_text.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thrown.h"

namespace token_check_test {

using fhir::smart::Algorithm;
using plugin::cds::TokenCheck;
using test::CdsClient;
using test::Members;
using test::quoted;

namespace {

const std::string kAddress = "https://whatmatters.example/cds-services/what-matters";
const fhir::Instant kNow = fhir::Instant(std::chrono::seconds(1'772'884'800));

const CdsClient& client() {
    static const CdsClient kClient;
    return kClient;
}

/// A site that knows one client by a file of its keys.
class World {
public:
    explicit World(const std::string& more = {}, const CdsClient& known = client()) {
        folder_.write("keys.json", known.jwks());
        auto result = plugin::readSettings(
            test::siteText("https://ehr.example/fhir",
                           R"(,"cds":{"issuers":[{"iss":")" + std::string(CdsClient::kIss) +
                               R"(","jwks":"keys.json"}])" + more + "}"),
            folder_.path());
        REQUIRE(result.faults.empty());
        connections_.emplace(result.settings.connections);
        check_.emplace(*connections_, fhir::Clock{.now = [] { return kNow; }});
    }

    plugin::cds::CheckedToken check(const std::string& token) {
        return check_->check(token, kAddress, fhir::deadlineIn(std::chrono::seconds(5)));
    }
    /// Why it is refused.
    std::string refusal(const std::string& token) {
        const auto error = test::thrown([&] { check(token); });
        CHECK(error.kind() == fhir::ErrorKind::Unauthorized);
        // What is logged holds nothing of the token.
        CHECK(std::string(error.what()).find("made-up") == std::string::npos);
        return error.path() + ": " + error.what();
    }

private:
    test::TemporaryFolder folder_;
    std::optional<plugin::Connections> connections_;
    std::optional<TokenCheck> check_;
};

Members claims() {
    return CdsClient::claims(kAddress, kNow);
}

std::string with(const std::string& name, const std::string& value) {
    auto all = claims();
    all[name] = value;
    return client().sign(all);
}

std::string after(std::chrono::seconds span) {
    return std::to_string(fhir::smart::toNumericDate(kNow + span));
}

/// A token whose header is written by hand and whose signature is `signature`.
std::string forged(const std::string& header, const std::string& signature) {
    return test::base64Url(header) + "." + test::base64Url(test::objectOf(claims())) + "." +
           test::base64Url(signature);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("token: a right one is believed, by each algorithm that is accepted", "[cds]") {
    const auto algorithm =
        GENERATE(Algorithm::ES256, Algorithm::ES384, Algorithm::RS256, Algorithm::RS384);
    const CdsClient signer(algorithm);
    World world("", signer);

    const auto checked = world.check(signer.sign(claims()));

    CHECK(checked.iss == CdsClient::kIss);
    CHECK_FALSE(checked.jti.empty());
    CHECK(checked.expires >= kNow + std::chrono::minutes(5));
    REQUIRE(checked.connections.size() == 1);
    CHECK(checked.connections.front()->settings.id == "general");
}

TEST_CASE("token: each claim that is wrong is refused and named", "[cds]") {
    World world;
    const auto [name, value, expected] = GENERATE(table<std::string, std::string, std::string>({
        {"iss", "", "issuer is not on the list"},
        {"iss", quoted("https://evil.example"), "issuer is not on the list"},
        {"iss", "7", "issuer is not on the list"},
        {"iss", quoted("https://ehr.example/fhir/"), "issuer is not on the list"},
        {"aud", "", "claim aud is missing"},
        {"aud", quoted("https://whatmatters.example"), "claim aud names another audience"},
        {"aud", quoted(kAddress + "/"), "claim aud names another audience"},
        {"aud", quoted(kAddress + "-admission"), "claim aud names another audience"},
        {"aud", "[]", "claim aud is missing"},
        {"aud", R"(["https://other.example"])", "claim aud names another audience"},
        {"exp", "", "claim exp is missing"},
        {"exp", after(std::chrono::seconds(-61)), "claim exp is over"},
        {"exp", quoted("soon"), "claim exp "},
        {"exp", after(std::chrono::hours(48)), "claim exp lies further ahead"},
        {"nbf", after(std::chrono::seconds(61)), "claim nbf lies ahead"},
        {"iat", after(std::chrono::seconds(61)), "claim iat lies ahead"},
        {"jti", "", "has no jti"},
        {"jti", quoted(""), "has no jti"},
        {"jti", "7", "has no jti"},
        {"jti", quoted(std::string(513, 'x')), "jti is too long"},
    }));

    const auto why = world.refusal(with(name, value));

    INFO(name << " " << value << ": " << why);
    CHECK(has(why, expected));
}

TEST_CASE("token: clocks may stand a minute apart, and times may have a fraction", "[cds]") {
    World world;
    const auto [name, value] = GENERATE(table<std::string, std::string>({
        {"exp", after(std::chrono::seconds(-59))},
        {"nbf", after(std::chrono::seconds(59))},
        {"iat", after(std::chrono::seconds(59))},
        {"nbf", after(std::chrono::minutes(-5))},
        {"exp", after(std::chrono::seconds(900))},
        {"exp", after(std::chrono::seconds(30)) + ".5"},
    }));

    CHECK(world.check(with(name, value)).connections.size() == 1);
}

TEST_CASE("token: an audience is one of those that the site names, letter for letter", "[cds]") {
    World world(R"(,"audiences":["urn:what-matters","https://proxy.example/x"])");

    CHECK(world.check(with("aud", quoted("urn:what-matters"))).connections.size() == 1);
    CHECK(world.check(with("aud", R"(["other","https://proxy.example/x"])")).connections.size() ==
          1);
    CHECK(world.check(client().sign(claims())).connections.size() == 1);
    CHECK(has(world.refusal(with("aud", quoted("URN:what-matters"))), "another audience"));
}

TEST_CASE("token: what is signed by nobody, by a secret or by somebody else is refused", "[cds]") {
    World world;
    const std::string kid = R"(,"kid":")" + std::string(CdsClient::kKid) + "\"";
    const CdsClient other;

    CHECK(has(world.refusal(forged(R"({"alg":"none","typ":"JWT")" + kid + "}", "")), "malformed"));
    CHECK(has(world.refusal(forged(R"({"alg":"None","typ":"JWT")" + kid + "}", "")), "malformed"));
    CHECK(has(
        world.refusal(forged(R"({"alg":"HS256","typ":"JWT")" + kid + "}", std::string(32, 'x'))),
        "malformed"));
    CHECK(has(world.refusal(forged(R"({"alg":"ES384","typ":"JWT")" + kid + "}", "")), "token"));
    CHECK(has(
        world.refusal(forged(R"({"alg":"ES384","typ":"JWT")" + kid + "}", std::string(96, '\0'))),
        "signature is not the issuer's"));
    CHECK(has(world.refusal(other.sign(claims())), "signature is not the issuer's"));
}

TEST_CASE("token: an algorithm that is not on our list is refused, however well it is signed",
          "[cds]") {
    const CdsClient signer(Algorithm::RS512);
    World world("", signer);

    CHECK(has(world.refusal(signer.sign(claims())), "algorithm that is not accepted"));
}

TEST_CASE("token: a key serves the algorithm that it is made for alone", "[cds]") {
    const CdsClient signer(Algorithm::RS384);
    World world("", signer);
    // The set says RS384 for this key: RS256 with the same key is another algorithm.
    const auto other = fhir::smart::sign({Algorithm::RS256, CdsClient::kKid, "JWT", ""},
                                         test::objectOf(claims()), signer.key());
    const CdsClient curve(Algorithm::ES384);

    CHECK(has(world.refusal(other), "no key of the issuer"));
    CHECK(has(world.refusal(curve.sign(claims())), "no key of the issuer"));
}

TEST_CASE("token: an unknown kid finds no key", "[cds]") {
    World world;
    const auto token = fhir::smart::sign({client().algorithm(), "another", "JWT", ""},
                                         test::objectOf(claims()), client().key());

    CHECK(has(world.refusal(token), "no key of the issuer has the token's kid"));
}

TEST_CASE("token: another place for the keys than the list's is refused before it is asked",
          "[cds]") {
    World world;

    const auto why = world.refusal(client().sign(claims(), "https://evil.example/jwks"));

    CHECK(has(why, "another place for its keys"));
}

TEST_CASE("token: one changed letter is enough", "[cds]") {
    World world;
    const auto token = client().sign(claims());
    const auto payload = token.find('.') + 1;
    const auto signature = token.rfind('.') + 1;
    for (const auto place : {payload + 10, signature + 3}) {
        auto changed = token;
        changed[place] = changed[place] == 'A' ? 'B' : 'A';
        CHECK_FALSE(world.refusal(changed).empty());
    }
    for (const std::string text : {"", ".", "..", "a.b", "a.b.c", "a.b.c.d", "{}"})
        CHECK(has(world.refusal(text), "malformed"));
    CHECK(has(world.refusal(token + "." + token), "malformed"));
    CHECK(has(world.refusal(std::string(20'000, 'a')), "malformed"));
}

TEST_CASE("token: another type than JWT is refused, JWT in other letters is not", "[cds]") {
    World world;
    const auto typed = [](const char* type) {
        return fhir::smart::sign({client().algorithm(), CdsClient::kKid, type, ""},
                                 test::objectOf(claims()), client().key());
    };

    CHECK(world.check(typed("jwt")).connections.size() == 1);
    CHECK(has(world.refusal(typed("dpop+jwt")), "another type"));
}

}  // namespace token_check_test
