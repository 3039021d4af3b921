#include "fhir/smart/configuration.h"

#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace configuration_test {

using namespace std::chrono_literals;
using fhir::ErrorKind;
using fhir::Url;
using fhir::smart::SmartConfiguration;

namespace {

const auto kBase = Url::parse("https://ehr.example/api/FHIR/R4/");

SmartConfiguration discover(test::FakeTransport& transport, const Url& base = kBase) {
    return fhir::smart::discover(transport, base, fhir::deadlineIn(5s));
}

SmartConfiguration read(const std::string& json, const Url& base = kBase) {
    return SmartConfiguration::fromJson(fhir::json::Document::parse(json).root(), base);
}

std::string text(const std::optional<Url>& url) {
    return url ? url->text() : "";
}

const std::string kMetadata =
    R"({"resourceType":"CapabilityStatement","rest":[{"mode":"server","security":{"extension":[)"
    R"({"url":"https://other.example"},)"
    R"({"url":"http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",)"
    R"("extension":[)"
    R"({"url":"token","valueUri":"https://auth.example/token"},)"
    R"({"url":"authorize","valueUri":"https://auth.example/authorize"}]}]}}]})";

}  // namespace

TEST_CASE("configuration: asked for below the base, without a credential (SMART 29, 226, 227)",
          "[smart]") {
    const auto base = GENERATE(as<std::string>(), "https://ehr.example/api/FHIR/R4",
                               "https://ehr.example/api/FHIR/R4/");
    test::FakeTransport transport;
    transport.then(test::reply(200, R"({"issuer":"https://auth.example",
        "authorization_endpoint":"https://auth.example/authorize",
        "token_endpoint":"https://auth.example/token",
        "introspection_endpoint":"https://auth.example/introspect",
        "jwks_uri":"https://auth.example/jwks",
        "capabilities":["launch-ehr","permission-v2"],
        "scopes_supported":["openid"],
        "token_endpoint_auth_methods_supported":["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported":["RS384","ES384"],
        "code_challenge_methods_supported":["S256"],
        "grant_types_supported":["client_credentials"]})"));

    const auto found = discover(transport, Url::parse(base));

    const auto& request = transport.requests.at(0);
    CHECK(request.url.text() == "https://ehr.example/api/FHIR/R4/.well-known/smart-configuration");
    CHECK(request.method == "GET");
    CHECK(request.headers.find("Accept") == "application/json");
    CHECK_FALSE(request.headers.find("Authorization"));
    CHECK(found.source == SmartConfiguration::Source::WellKnown);
    CHECK(found.issuer == "https://auth.example");
    CHECK(text(found.authorizationEndpoint) == "https://auth.example/authorize");
    CHECK(text(found.tokenEndpoint) == "https://auth.example/token");
    CHECK(text(found.introspectionEndpoint) == "https://auth.example/introspect");
    CHECK(text(found.jwksUri) == "https://auth.example/jwks");
    CHECK(found.has("launch-ehr"));
    CHECK_FALSE(found.has("launch"));
    CHECK(found.scopeSyntax() == fhir::smart::ScopeSyntax::V2);
    CHECK(found.signingAlgorithms == std::vector<std::string>{"RS384", "ES384"});
    CHECK(found.tokenAuthMethods == std::vector<std::string>{"private_key_jwt"});
    CHECK(found.codeChallengeMethods == std::vector<std::string>{"S256"});
    CHECK(found.grantTypes == std::vector<std::string>{"client_credentials"});
    CHECK(transport.isDone());
}

TEST_CASE("configuration: relative addresses are those of the FHIR base (SMART 379)", "[smart]") {
    const auto [given, url] = GENERATE(table<std::string, std::string>({
        {"auth/token", "https://ehr.example/api/FHIR/R4/auth/token"},
        {"/auth/token", "https://ehr.example/auth/token"},
        {"../token", "https://ehr.example/api/FHIR/token"},
        {"//auth.example/token", "https://auth.example/token"},
    }));

    CHECK(text(read(R"({"token_endpoint":")" + given + "\"}").tokenEndpoint) == url);
}

TEST_CASE("configuration: a token never travels in the clear because a document says so (SMART 1)",
          "[smart]") {
    const std::string json = R"({"token_endpoint":"http://auth.example/token"})";

    CHECK_FALSE(read(json).tokenEndpoint);
    CHECK(read(json, Url::parse("http://127.0.0.1:8081/fhir")).tokenEndpoint);
    CHECK_FALSE(read(R"({"token_endpoint":"ftp://auth.example/token"})").tokenEndpoint);
    CHECK_FALSE(read(R"({"token_endpoint":"https://user@auth.example/token"})").tokenEndpoint);
}

TEST_CASE("configuration: what cannot be read costs itself alone, and is named in kind",
          "[smart]") {
    const auto [member, path] = GENERATE(table<std::string, std::string>({
        {R"("grant_types_supported":"authorization_code")", "/grant_types_supported"},
        {R"("capabilities":"all")", "/capabilities"},
        {R"("scopes_supported":["openid",7])", "/scopes_supported/1"},
        {R"("issuer":7)", "/issuer"},
        {R"("jwks_uri":["https://auth.example/jwks"])", "/jwks_uri"},
        {R"("authorization_endpoint":"ftp://auth.example/a")", "/authorization_endpoint"},
        {R"("token_endpoint_auth_methods_supported":{})", "/token_endpoint_auth_methods_supported"},
        {R"("code_challenge_methods_supported":true)", "/code_challenge_methods_supported"},
    }));

    const auto found = read(R"({"token_endpoint":"https://auth.example/token",)" + member + "}");

    INFO(member);
    CHECK(text(found.tokenEndpoint) == "https://auth.example/token");
    REQUIRE(found.problems.size() == 1);
    CHECK(found.problems.front().path == path);
    CHECK(found.problems.front().text.find("auth.example") == std::string::npos);
}

TEST_CASE("configuration: whether answers are named is told in text too, else they must be",
          "[smart]") {
    const auto [value, said] = GENERATE(table<std::string, std::optional<bool>>({
        {"true", true},
        {"false", false},
        {R"("false")", false},
        {R"("true")", true},
        {"null", std::nullopt},
        {R"("no")", true},
        {"0", true},
        {"{}", true},
    }));

    INFO(value);
    CHECK(read(R"({"authorization_response_iss_parameter_supported":)" + value + "}").namesIssuer ==
          said);
    CHECK_FALSE(read("{}").namesIssuer);
}

TEST_CASE("configuration: the CapabilityStatement is asked where there is no document", "[smart]") {
    const int status = GENERATE(404, 401, 403, 405, 500, 302);
    test::FakeTransport transport;
    transport.then(test::reply(status)).then(test::reply(200, kMetadata));

    const auto found = discover(transport);

    CHECK(found.source == SmartConfiguration::Source::CapabilityStatement);
    CHECK(text(found.tokenEndpoint) == "https://auth.example/token");
    CHECK(text(found.authorizationEndpoint) == "https://auth.example/authorize");
    CHECK(found.scopeSyntax() == fhir::smart::ScopeSyntax::V1);
    CHECK(transport.requests.at(1).url.text() == "https://ehr.example/api/FHIR/R4/metadata");
}

TEST_CASE("configuration: why none was found", "[smart]") {
    using Replies = std::vector<fhir::http::Response>;
    const auto [replies, kind] = GENERATE(table<Replies, ErrorKind>({
        {{test::reply(404), test::reply(404)}, ErrorKind::NotFound},
        {{test::reply(404), test::reply(200, R"({"rest":[{}]})")}, ErrorKind::NotFound},
        {{test::reply(503)}, ErrorKind::Unavailable},
        {{test::reply(429)}, ErrorKind::Unavailable},
        {{test::reply(200, "<html>")}, ErrorKind::BadReply},
        {{test::reply(200, "[]")}, ErrorKind::BadReply},
        {{test::reply(200, std::string(300 * 1024, ' '))}, ErrorKind::BadReply},
        {{test::reply(404), test::reply(200, "{")}, ErrorKind::BadReply},
    }));
    test::FakeTransport transport;
    for (const auto& reply : replies) transport.then(reply);

    CHECK(test::thrown([&] { discover(transport); }).kind() == kind);
    CHECK(transport.isDone());
}

TEST_CASE("configuration: kept for an hour; a refusal for a moment", "[smart]") {
    test::FakeTransport transport;
    fhir::Deadline now{};
    fhir::smart::Discovery discovery(transport, kBase, {.steady = [&] { return now; }});
    const auto get = [&] { return discovery.get(fhir::deadlineIn(5s)); };
    transport.then(test::reply(503));
    for (int i = 0; i < 2; ++i) transport.then(test::reply(200, R"({"issuer":"a"})"));

    CHECK_THROWS(get());
    CHECK_THROWS(get());
    CHECK(transport.requests.size() == 1);
    now += 1s;
    CHECK(get()->issuer == "a");
    now += 59min;
    CHECK(get()->issuer == "a");
    CHECK(transport.requests.size() == 2);
    now += 1min;
    CHECK(get()->issuer == "a");
    CHECK(transport.requests.size() == 3);
}

}  // namespace configuration_test
