// Whose word it is that ends a launch (plugin/launch/sign_in): which issuer may say who signed in,
// where its keys come from, which answer is the one that was waited for, and the user's name.
#include "tests/service/launch_fixture.h"

namespace launch_sign_in_test {

using test::at;
using test::Begun;
using test::checkRefused;
using test::inQuotes;
using test::Json;
using test::LaunchFixture;
using test::Page;
using test::pageOf;
using test::Response;

namespace {

/// A launch whose EHR says this of itself.
struct SignInFixture : test::LaunchFixture {
    std::string base = running.ehr.base();
    std::string origin = fhir::Url::parse(base).origin();

    /// What an issuer says of itself whose keys are those of this EHR.
    Json openId(const std::string& issuer) const {
        return {{"issuer", inQuotes(issuer)},
                {"jwks_uri", inQuotes(origin + "/auth/jwks")},
                {"token_endpoint", inQuotes(origin + "/auth/token")}};
    }
    /// A launch whose answer names `iss`, "" where it names none.
    Response answered(const std::string& iss) {
        const auto begun = begin();
        fhir::Query parameters{{"state", begun.state()}, {"code", "code-of-the-test"}};
        if (!iss.empty()) parameters.add("iss", iss);
        return callback(begun, parameters);
    }
    void checkOpens(const Response& response) {
        CHECK(running.get(pageOf(response), "/api/context").status == 200);
    }
    std::size_t exchanged() const { return running.ehr.count("POST /auth/token"); }
};

}  // namespace

TEST_CASE(
    "sign-in: an id_token is verified by the keys that its issuer's openid-configuration names "
    "(SMART 218)",
    "[service][launch]") {
    // What the EHR says of itself, paths standing for addresses, and where the signer is.
    const auto [configuration, folder] = GENERATE(table<Json, std::string>({
        {Json{{"jwks_uri", ""}}, "/fhir"},
        {Json{{"jwks_uri", ""}, {"issuer", ""}}, "/fhir"},
        {Json{{"jwks_uri", ""}, {"issuer", ""}}, "/tenants/7"},
        {Json{{"jwks_uri", ""}, {"issuer", "/tenants/7"}}, "/tenants/7"},
        // The EHR names itself, and the keys of somebody else; the server behind it signs.
        {Json{{"jwks_uri", "/nothing"}}, "/tenants/7"},
    }));
    SignInFixture entry;
    const auto issuer = entry.origin + folder;
    for (const auto& [name, path] : configuration)
        entry.says()->configuration[name] = path.empty() ? "" : inQuotes(entry.origin + path);
    entry.says()->openId = {{folder, entry.openId(issuer)}};
    entry.says()->claims = {{"iss", inQuotes(issuer)}};

    const auto page = entry.launch();

    CHECK(entry.running.get(page, "/api/context").status == 200);
    CHECK(entry.running.ehr.count("GET " + folder + "/.well-known/openid-configuration") == 1);
    CHECK(entry.running.ehr.count("GET /auth/jwks") == 1);
    // And by those of nobody else.
    const auto stranger = fhir::smart::Key::generate(fhir::smart::Algorithm::ES384);
    const auto begun = entry.begin();
    entry.says()->idToken = entry.makeIdToken(entry.says()->claims, stranger);
    checkRefused(entry, entry.callback(begun), 401, "signature");
}

TEST_CASE("sign-in: what openid-configuration does not name is not made up", "[service][launch]") {
    // What is put over a right document.
    const auto [over, words] = GENERATE(table<Json, std::string>({
        {Json{{"jwks_uri", ""}}, "where the keys are"},
        {Json{{"issuer", R"("https://evil.example")"}}, "is not the issuer"},
        {Json{{"jwks_uri", "7"}}, "where the keys are"},
    }));
    SignInFixture entry;
    auto document = entry.openId(entry.base);
    for (const auto& [name, value] : over) document[name] = value;
    entry.says()->configuration = Json{{"jwks_uri", ""}};
    entry.says()->openId = {{"/fhir", document}};

    checkRefused(entry, entry.answered(""), 502, words);
    // Nor where there is no document.
    SignInFixture other;
    other.says()->configuration = entry.says()->configuration;
    checkRefused(other, other.answered(""), 502, "where the keys are");
}

TEST_CASE("sign-in: where it always names itself, an answer that does not is refused",
          "[service][launch]") {
    const Json yes{{"authorization_response_iss_parameter_supported", "true"}};
    const Json no{{"authorization_response_iss_parameter_supported", "false"}};
    const auto [configuration, openId, isRefused] = GENERATE_COPY(table<Json, Json, bool>({
        {yes, Json{}, true},
        {Json{}, yes, true},
        {Json{}, no, false},
        {Json{}, Json{}, false},
        {no, yes, false},                        // the EHR's own word goes before
        {Json{}, Json{{"issuer", "7"}}, false},  // cannot be read
        {Json{{yes.begin()->first, R"("true")"}}, Json{}, true},
        {Json{{yes.begin()->first, R"("false")"}}, yes, false},
        {Json{{yes.begin()->first, "7"}}, Json{}, true},  // not read as "no"
        {Json{}, Json{{yes.begin()->first, "{}"}}, true},
    }));
    SignInFixture entry;
    entry.says()->configuration = configuration;
    auto document = entry.openId(entry.base);
    for (const auto& [name, value] : openId) document[name] = value;
    entry.says()->openId = {{"/fhir", document}};

    if (isRefused) {
        checkRefused(entry, entry.answered(""), 403, "does not say which sign-in");
        CHECK(entry.exchanged() == 0);
    } else {
        entry.checkOpens(entry.answered(""));
    }
    entry.checkOpens(entry.answered(entry.base));
}

TEST_CASE("sign-in: an error that does not say whose it is ends no better", "[service][launch]") {
    SignInFixture entry;
    entry.says()->configuration = Json{{"authorization_response_iss_parameter_supported", "true"}};
    const auto begun = entry.begin();

    const auto response =
        entry.callback(begun, {{"state", begun.state()}, {"error", "access_denied"}});

    checkRefused(entry, response, 403, "does not say which sign-in");
}

TEST_CASE("sign-in: an answer may name the server behind the EHR, and nobody beside it",
          "[service][launch]") {
    SignInFixture entry;
    const auto behind = entry.origin + "/tenants/7", beside = entry.origin + "/tenants/8";
    auto other = entry.openId(beside);
    other["token_endpoint"] = inQuotes(beside + "/token");
    auto silent = entry.openId(entry.origin + "/tenants/9");
    silent["token_endpoint"] = "";
    entry.says()->openId = {
        {"/tenants/7", entry.openId(behind)}, {"/tenants/8", other}, {"/tenants/9", silent}};

    entry.checkOpens(entry.answered(behind));
    const auto exchanged = entry.exchanged();

    for (const auto& iss : {beside, entry.origin + "/tenants/9", entry.origin + "/tenants/10",
                            behind + "/", entry.base + "/", std::string("https://evil.example")}) {
        INFO(iss);
        const auto response = entry.answered(iss);
        CHECK((response.status == 403 || response.status == 502));
        checkRefused(entry, response, response.status, "");
    }
    CHECK(entry.exchanged() == exchanged);
}

TEST_CASE("sign-in: who signed in is read as the resource that fhirUser names (SMART 202)",
          "[service][launch]") {
    const auto [base, user] = GENERATE(table<std::string, std::string>({
        {"", "Practitioner/practitioner-1"},
        {"/fhir/", "Practitioner/practitioner-1"},
        {"", "PractitionerRole/practitioner-1-role"},
    }));
    SignInFixture entry;
    const auto name = at(entry.running.ehr.get("/Practitioner/practitioner-1"), "/name/0/text");
    REQUIRE_FALSE(name.empty());
    entry.says()->claims = {
        {"fhirUser", inQuotes(base.empty() ? user : entry.origin + base + user)}};

    const auto page = entry.launch();

    CHECK(at(entry.running.get(page, "/api/context").body, "/user/display") == name);
    CHECK(entry.running.ehr.count("GET /fhir/" + user) == 1);
    CHECK(entry.running.ehr.headerOf("GET /fhir/" + user, "Authorization") ==
          "Bearer access-token-of-the-test");
}

TEST_CASE("sign-in: the user may be named at any address that the site lists for this EHR",
          "[service][launch]") {
    LaunchFixture entry(1, R"(,"issuers":["https://second.example/r4"])");
    const auto base = entry.running.ehr.base();
    const std::string address = GENERATE("https://second.example/r4", "HTTP", "");
    const auto user = (address == "HTTP" ? address + base.substr(4)
                       : address.empty() ? base
                                         : address) +
                      "/Practitioner/practitioner-1";
    entry.says()->claims = {{"fhirUser", inQuotes(user)}};

    CHECK(entry.running.get(entry.launch(), "/api/context").status == 200);
}

}  // namespace launch_sign_in_test
