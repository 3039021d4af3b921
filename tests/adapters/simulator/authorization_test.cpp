#include "adapters/simulator/authorization.h"

#include "fhir/smart/client_identity.h"
#include "fhir/smart/jws.h"
#include "fhir/smart/jwt.h"
#include "tests/adapters/simulator/requests.h"
#include "tests/support/fake_transport.h"
#include "tests/support/json_at.h"
#include "tests/support/thrown.h"

namespace authorization_test {

using adapters::simulator::Authorization;
using adapters::simulator::AuthorizationOptions;
using adapters::simulator::Simulator;
using fhir::Query;
using fhir::Url;
using fhir::smart::Algorithm;
using fhir::smart::AuthMethod;
using fhir::smart::ClientIdentity;
using fhir::smart::JwkSet;
using fhir::smart::Key;
using fhir::smart::Scopes;

namespace {

const Url kTokenUrl = Url::parse("http://ehr.example/auth/token");
const Url kJwksUrl = Url::parse("https://us.example/.well-known/jwks.json");

const Key& key() {
    static const auto made = Key::generate(Algorithm::ES384);
    return made;
}

AuthorizationOptions authorization() {
    AuthorizationOptions options;
    options.required = true;
    options.clients.push_back({"us",
                               fhir::Secret("s3cret/"),
                               {},
                               JwkSet({{key(), "k1", Algorithm::ES384}}),
                               Scopes::parse("system/*.rs system/Observation.c")});
    return options;
}

/// A simulator that wants tokens, and the time there.
struct World {
    explicit World(AuthorizationOptions given = authorization())
        : simulator([&] {
              auto made = test::options();
              made.clock = {.now = [this] { return now; }, .steady = [this] { return steady; }};
              made.authorization = std::move(given);
              return made;
          }()) {}

    fhir::http::Response token(const Query& form, fhir::Headers headers = {}) {
        headers.set("Content-Type", "application/x-www-form-urlencoded");
        return simulator.send({"POST", kTokenUrl, headers, form.text()}, {});
    }
    fhir::http::Response tokenAs(const ClientIdentity& identity, const std::string& jti,
                                 const std::string& scope = "system/Patient.rs") {
        Query form{{"grant_type", "client_credentials"}, {"scope", scope}};
        fhir::Headers headers;
        fhir::smart::authenticate(identity, kTokenUrl, now, jti, form, headers);
        return token(form, headers);
    }
    int statusOf(const std::string& method, const std::string& target,
                 const std::string& authorizationHeader) {
        fhir::Headers headers;
        if (!authorizationHeader.empty()) headers.set("Authorization", authorizationHeader);
        return test::ask(simulator, method, target, "{}", headers).status;
    }
    void pass(std::chrono::seconds time) {
        now += time;
        steady += time;
    }

    fhir::Instant now = test::kNow;
    fhir::Deadline steady{};
    Simulator simulator;
};

ClientIdentity byKey() {
    ClientIdentity identity{.method = AuthMethod::PrivateKeyJwt, .clientId = "us"};
    identity.key = key();
    identity.kid = "k1";
    return identity;
}

std::string errorOf(const fhir::http::Response& response) {
    return test::at(response.body, "/error");
}

}  // namespace

TEST_CASE("authorization: the discovery document is there without a token", "[simulator]") {
    World world;
    const auto response = test::get(world.simulator, "/.well-known/smart-configuration");

    CHECK(response.status == 200);
    CHECK(test::at(response.body, "/token_endpoint") == kTokenUrl.text());
    CHECK(test::sizeAt(response.body, "/token_endpoint_auth_signing_alg_values_supported") == 2);
}

TEST_CASE("authorization: a client shows itself by key or by secret", "[simulator]") {
    auto identity = byKey();
    identity.secret = fhir::Secret("s3cret/");
    identity.method = GENERATE(AuthMethod::PrivateKeyJwt, AuthMethod::ClientSecretBasic,
                               AuthMethod::ClientSecretPost);
    World world;

    const auto response = world.tokenAs(identity, "j1");

    INFO(response.body);
    CHECK(response.status == 200);
    CHECK(response.headers.find("Cache-Control") == "no-store");
    CHECK(test::at(response.body, "/token_type") == "bearer");
    CHECK(test::at(response.body, "/expires_in") == "300");
    CHECK(test::at(response.body, "/scope") == "system/Patient.rs");
    CHECK(test::at(response.body, "/access_token").size() == 43);
}

TEST_CASE("authorization: a client that is not who it says is refused", "[simulator]") {
    World world;
    auto identity = byKey();
    SECTION("another key") {
        identity.key = Key::generate(Algorithm::ES384);
    }
    SECTION("another kid") {
        identity.kid = "k2";
    }
    SECTION("no kid") {
        identity.kid.clear();
    }
    SECTION("another id") {
        identity.clientId = "them";
    }
    SECTION("another audience") {
        identity.audience = "https://elsewhere.example/token";
    }
    SECTION("a jku that is not registered") {
        identity.jku = "https://evil.example/jwks.json";
    }
    SECTION("a wrong secret") {
        identity.method = AuthMethod::ClientSecretBasic;
        identity.secret = fhir::Secret("S3cret/");
    }
    SECTION("no secret") {
        identity.method = AuthMethod::ClientSecretPost;
    }
    SECTION("the id alone") {
        identity.method = AuthMethod::Public;
    }

    const auto response = world.tokenAs(identity, "j1");

    CHECK(response.status == 401);
    CHECK(errorOf(response) == "invalid_client");
}

TEST_CASE("authorization: an assertion is taken once, and only while it is young", "[simulator]") {
    World world;
    const auto earlier = world.now;

    CHECK(world.tokenAs(byKey(), "j1").status == 200);
    CHECK(world.tokenAs(byKey(), "j1").status == 401);
    CHECK(world.tokenAs(byKey(), "j2").status == 200);
    CHECK(world.tokenAs(byKey(), "").status == 401);
    world.pass(std::chrono::seconds(299));
    CHECK(world.tokenAs(byKey(), "j2").status == 200);  // a new one of the same name, much later
    const auto old = fhir::smart::clientAssertion(byKey(), kTokenUrl, earlier, "j9");
    CHECK(world
              .token({{"grant_type", "client_credentials"},
                      {"scope", "system/Patient.rs"},
                      {"client_assertion_type",
                       "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
                      {"client_assertion", old}})
              .status == 401);
}

TEST_CASE("authorization: claims that are wrong, though the signature is right", "[simulator]") {
    const auto claims = GENERATE(
        as<std::string>(), R"("sub":"them","exp":+100,"jti":"j")", R"("sub":"us","jti":"j")",
        R"("sub":"us","exp":+100)", R"("sub":"us","exp":+306,"jti":"j")",
        R"("sub":"us","exp":-5,"jti":"j")", R"("sub":"us","exp":+100,"nbf":+60,"jti":"j")");
    World world;
    auto payload = R"({"iss":"us","aud":")" + kTokenUrl.text() + "\"," + claims + "}";
    for (auto at = payload.find_first_of("+-"); at != std::string::npos;
         at = payload.find_first_of("+-", at + 1)) {
        if (payload[at - 1] != ':') continue;
        const auto end = payload.find_first_of(",}", at);
        const auto offset = std::stol(payload.substr(at, end - at));
        payload.replace(at, end - at,
                        std::to_string(fhir::smart::toNumericDate(world.now) + offset));
    }

    const auto response = world.token(
        {{"grant_type", "client_credentials"},
         {"scope", "system/Patient.rs"},
         {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
         {"client_assertion",
          fhir::smart::sign({.algorithm = Algorithm::ES384, .kid = "k1"}, payload, key())}});

    INFO(payload << response.body);
    CHECK(response.status == 401);
    CHECK(errorOf(response) == "invalid_client");
}

TEST_CASE("authorization: the keys of a client are fetched from where they were registered",
          "[simulator]") {
    test::FakeTransport transport;
    transport.then(test::reply(200, JwkSet({{key(), "k1", {}}}).toJson()));
    auto options = authorization();
    options.clients.front().keys = {};
    options.clients.front().jwksUrl = kJwksUrl;
    options.transport = &transport;
    World world(options);
    auto identity = byKey();
    identity.jku = kJwksUrl.text();

    CHECK(world.tokenAs(identity, "j1").status == 200);
    CHECK(transport.requests.at(0).url.text() == kJwksUrl.text());
}

TEST_CASE("authorization: what is granted is what was asked for and is allowed", "[simulator]") {
    const auto [asked, granted] = GENERATE(table<std::string, std::string>({
        {"system/Patient.rs system/Observation.cruds", "system/Patient.rs system/Observation.crs"},
        {"system/Observation.read", "system/Observation.rs"},
        {"system/Flag.c system/Flag.r", "system/Flag.r"},
        {"system/Flag.c", ""},
        {"user/Patient.rs", ""},
        {"openid", ""},
    }));
    World world;

    const auto response = world.tokenAs(byKey(), "j1", asked);

    CHECK(test::at(response.body, "/scope") == granted);
    if (granted.empty()) CHECK(errorOf(response) == "invalid_scope");
}

TEST_CASE("authorization: what is no token request", "[simulator]") {
    World world;

    CHECK(errorOf(world.token({{"grant_type", "password"}})) == "unsupported_grant_type");
    CHECK(errorOf(world.token({{"grant_type", "client_credentials"}, {"grant_type", "x"}})) ==
          "invalid_request");
    CHECK(errorOf(world.simulator.send({"GET", kTokenUrl, {}, {}}, {})) == "invalid_request");
    auto both = byKey();
    Query form{{"grant_type", "client_credentials"}, {"client_secret", "x"}};
    fhir::Headers headers;
    fhir::smart::authenticate(both, kTokenUrl, world.now, "j", form, headers);
    CHECK(errorOf(world.token(form, headers)) == "invalid_request");
}

TEST_CASE("authorization: resources want a token that covers them and has not expired",
          "[simulator]") {
    World world;
    const auto response =
        world.tokenAs(byKey(), "j1", "system/Patient.s system/Observation.c system/Flag.r");
    const auto bearer = "Bearer " + test::at(response.body, "/access_token");

    CHECK(world.statusOf("GET", "/metadata", "") == 200);
    CHECK(world.statusOf("GET", "/Patient", "") == 401);
    CHECK(world.statusOf("GET", "/Patient", "Bearer invented") == 401);
    CHECK(world.statusOf("GET", "/Patient", "Basic dXM6cGFzcw==") == 401);
    CHECK(world.statusOf("GET", "/Patient", bearer) == 200);
    CHECK(world.statusOf("GET", "/Patient", "bearer " + bearer.substr(7)) == 200);
    CHECK(world.statusOf("GET", "/Patient/p1", bearer) == 403);
    CHECK(world.statusOf("GET", "/Encounter", bearer) == 403);
    CHECK(world.statusOf("POST", "/Flag", bearer) == 403);
    CHECK(world.statusOf("POST", "/Observation", bearer) != 403);
    world.pass(std::chrono::seconds(299));
    CHECK(world.statusOf("GET", "/Patient", bearer) == 200);
    world.pass(std::chrono::seconds(1));
    CHECK(world.statusOf("GET", "/Patient", bearer) == 401);
}

TEST_CASE("authorization: the first token can be withdrawn on the way, and the second is good",
          "[simulator]") {
    auto given = authorization();
    given.firstTokenRequests = 2;
    World world(given);
    const auto bearer = [&](const std::string& jti) {
        return "Bearer " + test::at(world.tokenAs(byKey(), jti).body, "/access_token");
    };
    const auto first = bearer("one"), second = bearer("two");

    for (const int status : {200, 200, 401, 401})
        CHECK(world.statusOf("GET", "/Patient", first) == status);
    for (int i = 0; i < 4; ++i) CHECK(world.statusOf("GET", "/Patient", second) == 200);
    CHECK(world.simulator.tokensIssued() == 2);
}

TEST_CASE("authorization: storage beside the server asks for no token", "[simulator]") {
    World world;

    CHECK(world.statusOf("GET", "/$export-storage/1/Encounter", "") == 404);
    CHECK(world.statusOf("GET", "/Patient", "") == 401);
}

TEST_CASE("authorization: where no token is required, one that is not ours is not looked at",
          "[simulator]") {
    auto options = authorization();
    options.required = false;
    World world(options);

    CHECK(world.statusOf("GET", "/Patient", "") == 200);
    CHECK(world.statusOf("GET", "/Patient", "Bearer of-elsewhere") == 200);
}

TEST_CASE("authorization: registrations as a file holds them", "[simulator]") {
    const auto read = [](const std::string& json) {
        return AuthorizationOptions::fromJson(fhir::json::Document::parse(json).root());
    };
    const auto options = read(R"({"tokenSeconds":30,"clients":[
        {"clientId":"a","secret":"s"},
        {"clientId":"b","jwksUrl":"https://us.example/jwks","scope":"system/Flag.c"},
        {"clientId":"c","jwks":)" +
                              JwkSet({{key(), "k1", {}}}).toJson() + "}]}");

    CHECK(options.required);
    CHECK(options.tokenLifetime == std::chrono::seconds(30));
    REQUIRE(options.clients.size() == 3);
    CHECK(options.clients[0].scopes.text(fhir::smart::ScopeSyntax::V2) == "system/*.cruds");
    CHECK(options.clients[1].jwksUrl->text() == "https://us.example/jwks");
    CHECK(options.clients[2].keys.find("k1", Algorithm::ES384));
    CHECK_THROWS(read(R"({"clients":[{}]})"));
    CHECK_THROWS(read(R"({"clients":[{"clientId":"a","scope":"system/x.r"}]})"));
    CHECK_THROWS(read(R"({"tokenSeconds":0})"));
}

}  // namespace authorization_test
