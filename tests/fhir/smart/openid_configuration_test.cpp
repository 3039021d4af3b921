#include "fhir/smart/openid_configuration.h"

#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace openid_configuration_test {

using namespace std::chrono_literals;
using fhir::ErrorKind;
using fhir::smart::OpenIdConfiguration;
using fhir::smart::OpenIdDiscovery;
using test::reply;
using test::thrown;

namespace {

const std::string kIssuer = "https://auth.example/tenants/7";

std::string text(const std::optional<fhir::Url>& url) {
    return url ? url->text() : "";
}

std::string document(const std::string& more = {}) {
    return R"({"issuer":")" + kIssuer + "\"" + more + "}";
}

std::optional<OpenIdConfiguration> discover(test::FakeTransport& transport,
                                            const std::string& issuer = kIssuer) {
    return fhir::smart::discoverOpenId(transport, issuer, fhir::deadlineIn(5s));
}

}  // namespace

TEST_CASE("openid configuration: asked for below the issuer, without a credential", "[smart]") {
    const auto [issuer, url] = GENERATE(table<std::string, std::string>({
        {"https://auth.example", "https://auth.example/.well-known/openid-configuration"},
        {"https://auth.example/", "https://auth.example/.well-known/openid-configuration"},
        {kIssuer, "https://auth.example/tenants/7/.well-known/openid-configuration"},
        {kIssuer + "/", "https://auth.example/tenants/7/.well-known/openid-configuration"},
    }));
    test::FakeTransport transport;
    transport.then(reply(200, R"({"issuer":")" + issuer + R"(","jwks_uri":"https://keys.example/7",
        "token_endpoint":"https://auth.example/tenants/7/token",
        "authorization_response_iss_parameter_supported":true})"));

    const auto found = discover(transport, issuer);

    const auto& request = transport.requests.at(0);
    CHECK(request.method == "GET");
    CHECK(request.url.text() == url);
    CHECK(request.headers.find("Accept") == "application/json");
    CHECK_FALSE(request.headers.find("Authorization"));
    REQUIRE(found);
    CHECK(text(found->jwksUri) == "https://keys.example/7");
    CHECK(text(found->tokenEndpoint) == "https://auth.example/tenants/7/token");
    CHECK(found->namesIssuer == true);
}

TEST_CASE("openid configuration: what it does not say is not made up", "[smart]") {
    test::FakeTransport transport;
    transport.then(reply(200, document(R"(,"jwks_uri":"http://auth.example/keys")")));

    const auto found = discover(transport);

    REQUIRE(found);
    CHECK_FALSE(found->jwksUri);  // in the clear
    CHECK_FALSE(found->tokenEndpoint);
    CHECK_FALSE(found->namesIssuer);
}

TEST_CASE("openid configuration: what cannot be read costs itself alone, and lets nothing through",
          "[smart]") {
    test::FakeTransport transport;
    const std::string flag = "authorization_response_iss_parameter_supported";
    transport.then(reply(200, document(R"(,"jwks_uri":"ftp://x",")" + flag + R"(":"yes")")));

    const auto found = discover(transport);

    REQUIRE(found);
    CHECK_FALSE(found->jwksUri);
    CHECK(found->namesIssuer == true);
}

TEST_CASE("openid configuration: that of another issuer is none of this one", "[smart]") {
    const std::string other =
        GENERATE(as<std::string>(), "https://evil.example", "https://auth.example/tenants/8",
                 "https://auth.example/tenants/7/", "");
    test::FakeTransport transport;
    transport.then(reply(200, R"({"issuer":")" + other + R"(","jwks_uri":"https://x.example"})"));

    const auto error = thrown([&] { discover(transport); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK(error.path() == "/issuer");
}

TEST_CASE("openid configuration: no document is an answer, a server in trouble is none",
          "[smart]") {
    const int nothing = GENERATE(404, 401, 403, 405, 410);
    test::FakeTransport transport;
    transport.then(reply(nothing));
    CHECK_FALSE(discover(transport));

    using Row = std::pair<fhir::http::Response, ErrorKind>;
    for (const auto& [answer, kind] :
         {Row{reply(503), ErrorKind::Unavailable}, Row{reply(429), ErrorKind::Unavailable},
          Row{reply(500), ErrorKind::Unavailable}, Row{reply(200, "<html>"), ErrorKind::BadReply},
          Row{reply(200, "{}"), ErrorKind::BadReply}}) {
        transport.then(answer);
        CHECK(thrown([&] { discover(transport); }).kind() == kind);
    }
    CHECK(thrown([&] { discover(transport, "x"); }).kind() == ErrorKind::InvalidInput);
    CHECK(transport.isDone());
}

TEST_CASE("openid configuration: kept for an hour, and that there is none for five minutes",
          "[smart]") {
    test::FakeTransport transport;
    fhir::Deadline now{};
    OpenIdDiscovery discovery(transport, {.steady = [&] { return now; }});
    const auto get = [&] { return discovery.get(kIssuer, fhir::deadlineIn(5s)); };
    transport.then(reply(404)).then(reply(200, document())).then(reply(200, document()));

    CHECK_FALSE(get());
    now += 299s;
    CHECK_FALSE(get());
    CHECK(transport.requests.size() == 1);
    now += 1s;
    CHECK(get());
    now += 59min;
    CHECK(get());
    CHECK(transport.requests.size() == 2);
    now += 1min;
    CHECK(get());
    CHECK(transport.isDone());
}

TEST_CASE("openid configuration: however many issuers are asked, few are remembered", "[smart]") {
    test::FakeTransport transport;
    OpenIdDiscovery discovery(transport);
    const auto ask = [&](std::size_t number) {
        const auto issuer = kIssuer + "/" + std::to_string(number);
        return discovery.get(issuer, fhir::deadlineIn(5s));
    };

    for (std::size_t i = 0; i < OpenIdDiscovery::kIssuersMax; ++i) {
        transport.then(reply(404));
        ask(i);
    }
    ask(0);  // is remembered
    transport.then(reply(404)).then(reply(404));
    ask(OpenIdDiscovery::kIssuersMax);
    ask(0);  // is not any more

    CHECK(transport.isDone());
}

}  // namespace openid_configuration_test
