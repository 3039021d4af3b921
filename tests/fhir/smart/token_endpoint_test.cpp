#include "fhir/smart/token_endpoint.h"

#include <set>

#include "fhir/base/log.h"
#include "fhir/smart/jws.h"
#include "tests/fhir/smart/keys.h"
#include "tests/support/fake_transport.h"
#include "tests/support/json_at.h"
#include "tests/support/thrown.h"

namespace token_endpoint_test {

using namespace std::chrono_literals;
using fhir::ErrorKind;
using fhir::Secret;
using fhir::smart::Scopes;
using fhir::smart::TokenEndpoint;

namespace {

const auto kUrl = fhir::Url::parse("https://auth.example/token");

struct World {
    test::FakeTransport transport;
    TokenEndpoint endpoint{transport, kUrl, identity()};

    static fhir::smart::ClientIdentity identity() {
        fhir::smart::ClientIdentity identity{.method = fhir::smart::AuthMethod::PrivateKeyJwt,
                                             .clientId = "us"};
        identity.key = test::ourKey(fhir::smart::Algorithm::ES384);
        identity.kid = "k1";
        return identity;
    }
    fhir::smart::TokenResponse ask(const std::string& scope = "system/Patient.rs") {
        return endpoint.clientCredentials(scope, fhir::deadlineIn(5s));
    }
    fhir::Query form(std::size_t index = 0) const {
        return fhir::Query::parse(transport.requests.at(index).body);
    }
};

}  // namespace

TEST_CASE("token endpoint: client credentials by POST of a form (SMART 62, 234, 235, 236, 317)",
          "[smart]") {
    World world;
    world.transport.then(
        test::reply(200, R"({"access_token":"a.b","token_type":"bearer","expires_in":300,)"
                         R"("scope":"system/Patient.r"})"));

    const auto response = world.ask();

    const auto& request = world.transport.requests.at(0);
    CHECK(request.method == "POST");
    CHECK(request.url.text() == "https://auth.example/token");
    CHECK(request.headers.find("Content-Type") == "application/x-www-form-urlencoded");
    CHECK(world.form().find("grant_type") == "client_credentials");
    CHECK(world.form().find("scope") == "system/Patient.rs");
    const auto jws = fhir::smart::Jws::parse(world.form().find("client_assertion").value());
    CHECK(test::at(jws.payload(), "/iss") == "us");
    CHECK(response.accessToken.reveal() == "a.b");
    CHECK(response.expiresIn == 300s);
    CHECK(response.scopes.resources == Scopes::parse("system/Patient.r").resources);
}

TEST_CASE("token endpoint: every try has an assertion of its own (SMART 319, 332)", "[smart]") {
    World world;
    std::set<std::string> ids;
    for (std::size_t i = 0; i < 20; ++i) {
        world.transport.then(test::reply(503));
        CHECK_THROWS(world.ask());
        const auto jws = fhir::smart::Jws::parse(world.form(i).find("client_assertion").value());
        ids.insert(test::at(jws.payload(), "/jti"));
    }

    CHECK(ids.size() == 20);
    CHECK_FALSE(ids.contains(""));
}

TEST_CASE("token endpoint: the code of a launch (SMART 67, 68, 69, 70)", "[smart]") {
    World world;
    world.transport.then(test::reply(
        200, R"({"access_token":"a","token_type":"Bearer","refresh_token":"r","id_token":"i",)"
             R"("patient":"p1","need_patient_banner":true})"));

    const auto response =
        world.endpoint.exchangeCode(Secret("code&1"), "https://us.example/callback",
                                    Secret("verifier"), "launch openid", fhir::deadlineIn(5s));

    CHECK(world.form().find("grant_type") == "authorization_code");
    CHECK(world.form().find("code") == "code&1");
    CHECK(world.form().find("redirect_uri") == "https://us.example/callback");
    CHECK(world.form().find("code_verifier") == "verifier");
    CHECK(response.refreshToken.reveal() == "r");
    CHECK(response.idToken.reveal() == "i");
    CHECK_FALSE(response.expiresIn);
    CHECK(response.document.root().findString("patient") == "p1");
    CHECK(response.scopes.others == std::vector<std::string>{"launch", "openid"});
}

TEST_CASE("token endpoint: refresh (SMART 105, 106, 107, 108, 117)", "[smart]") {
    World world;
    world.transport.then(test::reply(200, R"({"access_token":"a2","refresh_token":"r2"})"));
    world.transport.then(test::reply(200, R"({"access_token":"a3"})"));
    const auto before = Scopes::parse("openid user/Patient.rs");

    const auto all = world.endpoint.refresh(Secret("r1"), "", before, fhir::deadlineIn(5s));
    const auto part =
        world.endpoint.refresh(Secret("r2"), "user/Patient.rs", before, fhir::deadlineIn(5s));

    CHECK(world.form(0).find("grant_type") == "refresh_token");
    CHECK(world.form(0).find("refresh_token") == "r1");
    CHECK_FALSE(world.form(0).find("scope"));
    CHECK(all.refreshToken.reveal() == "r2");
    CHECK(all.scopes.others == before.others);
    CHECK(world.form(1).find("scope") == "user/Patient.rs");
    CHECK(part.scopes.others.empty());
    CHECK(part.refreshToken.empty());
}

TEST_CASE("token endpoint: a refusal says its code and what can be done, never their words",
          "[smart]") {
    const auto [status, code, kind] = GENERATE(table<int, std::string, ErrorKind>({
        {401, "invalid_client", ErrorKind::Unauthorized},
        {400, "invalid_client", ErrorKind::Unauthorized},
        {400, "invalid_grant", ErrorKind::Unauthorized},
        {400, "invalid_scope", ErrorKind::Forbidden},
        {400, "unauthorized_client", ErrorKind::Forbidden},
        {400, "unsupported_grant_type", ErrorKind::Refused},
        {400, "invalid_request", ErrorKind::Refused},
        {503, "temporarily_unavailable", ErrorKind::Unavailable},
    }));
    World world;
    world.transport.then(test::reply(
        status, R"({"error":")" + code + R"(","error_description":"Ada Example, born 1951"})",
        {{"Retry-After", "7"}}));

    const auto error = test::thrown([&] { world.ask(); });

    CHECK(error.kind() == kind);
    CHECK(error.status() == status);
    CHECK(error.retryAfter() == 7s);
    const std::string what = error.what();
    CHECK(what.find(code) != std::string::npos);
    CHECK(what.find("Ada") == std::string::npos);
}

TEST_CASE("token endpoint: scopes that are refused are named as they were asked for", "[smart]") {
    World world;
    world.transport.then(test::reply(400, R"({"error":"invalid_scope"})"));
    world.transport.then(test::reply(400, R"({"error":"invalid_scope"})"));
    const auto refused = [&](const std::string& scope) {
        return std::string(test::thrown([&] {
                               world.endpoint.clientCredentials(scope, fhir::deadlineIn(5s));
                           }).what());
    };

    CHECK(refused("system/Patient.read").ends_with("were asked for: system/Patient.read"));
    CHECK(refused("").ends_with("does not grant it to this client"));
}

TEST_CASE("token endpoint: a refusal with status 200 is one", "[smart]") {
    World world;
    world.transport.then(test::reply(200, R"({"error":"invalid_grant"})"));

    const auto error = test::thrown([&] { world.ask(); });

    CHECK(error.kind() == ErrorKind::Unauthorized);
    CHECK(error.cause() == "invalid_grant");
}

TEST_CASE("token endpoint: other answers that are no token", "[smart]") {
    const auto [status, body, kind] = GENERATE(table<int, std::string, ErrorKind>({
        {400, R"({"error":"made_up_here"})", ErrorKind::Refused},
        {400, "<html>", ErrorKind::Refused},
        {400, "[]", ErrorKind::Refused},
        {429, "", ErrorKind::Unavailable},
        {500, "", ErrorKind::Unavailable},
        {302, "", ErrorKind::BadReply},
        {201, R"({"access_token":"a"})", ErrorKind::BadReply},
        {200, "", ErrorKind::BadReply},
        {200, "<html>", ErrorKind::BadReply},
        {200, "{}", ErrorKind::BadReply},
        {200, R"({"error":"made_up_here"})", ErrorKind::BadReply},
        {200, R"({"error":7})", ErrorKind::BadReply},
        {200, R"({"access_token":""})", ErrorKind::BadReply},
        {200, R"({"access_token":7})", ErrorKind::BadReply},
        {200, R"({"access_token":"a\r\nX: y"})", ErrorKind::BadReply},
        {200, R"({"access_token":"a","token_type":"mac"})", ErrorKind::BadReply},
        {200, R"(["a"])", ErrorKind::BadReply},
        {200, R"({"access_token":["a"],"token_type":"bearer"})", ErrorKind::BadReply},
        {200, R"({"access_token":")" + std::string(17'000, 'a') + "\"}", ErrorKind::BadReply},
    }));
    World world;
    world.transport.then(test::reply(status, body));

    const auto error = test::thrown([&] { world.ask(); });

    CHECK(error.kind() == kind);
    CHECK(world.transport.requests.size() == 1);  // a redirect is not followed
}

TEST_CASE("token endpoint: all but the access token costs itself alone where it cannot be read",
          "[smart]") {
    const auto* member =
        GENERATE(R"("expires_in":"soon")", R"("expires_in":-1)", R"("expires_in":[])",
                 R"("token_type":7)", R"("scope":7)", R"("scope":["openid",7])",
                 R"("refresh_token":7)", R"("refresh_token":"a b")", R"("id_token":{})");
    std::vector<std::string> lines;
    fhir::log::redirect([&](const std::string& line) { lines.push_back(line); });
    World world;
    world.transport.then(
        test::reply(200, std::string(R"({"access_token":"secret-token",)") + member + "}"));

    const auto response = world.ask("openid");
    fhir::log::redirect(nullptr);

    INFO(member);
    CHECK(response.accessToken.reveal() == "secret-token");
    CHECK_FALSE(response.expiresIn);
    CHECK(response.scopes.others == std::vector<std::string>{"openid"});
    CHECK_FALSE(response.saysScopes);
    CHECK(response.refreshToken.empty());
    CHECK(response.idToken.empty());
    REQUIRE(lines.size() == 1);
    CHECK(lines.front().find("token response") != std::string::npos);
    CHECK(lines.front().find("secret-token") == std::string::npos);
}

TEST_CASE("token endpoint: scopes in a list are read as those in a text", "[smart]") {
    World world;
    world.transport.then(
        test::reply(200, R"({"access_token":"a","scope":["openid","user/Patient.r"]})"));

    const auto response = world.ask("openid user/*.rs");

    CHECK(response.saysScopes);
    CHECK(response.scopes.text(fhir::smart::ScopeSyntax::V2) == "openid user/Patient.r");
}

TEST_CASE("token endpoint: how servers write the lifetime", "[smart]") {
    const auto [written, lifetime] = GENERATE(table<std::string, std::chrono::seconds>({
        {"300", 300s},
        {"\"300\"", 300s},
        {"299.9", 299s},
        {"0", 0s},
        {"1e12", std::chrono::hours(366 * 24)},
    }));
    World world;
    world.transport.then(test::reply(200, R"({"access_token":"a","expires_in":)" + written + "}"));

    CHECK(world.ask().expiresIn == lifetime);
}

}  // namespace token_endpoint_test
