// Whose word it is that ends a launch (plugin/launch/sign_in): which issuer may say who signed in,
// where its keys come from, which answer is the one that was waited for, and the user's name.
#include "tests/service/launch_fixture.h"

namespace launch_sign_in_test {

using test::at;
using test::Begun;
using test::checkRefused;
using test::inQuotes;
using test::Json;
using test::LaunchHouse;
using test::Page;
using test::pageOf;
using test::Response;

namespace {

/// A house whose EHR says this of itself.
struct Hall : LaunchHouse {
    std::string base = house.ehr.base();
    std::string origin = fhir::Url::parse(base).origin();

    /// What an issuer says of itself whose keys are those of the house.
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
        CHECK(house.get(pageOf(response), "/api/context").status == 200);
    }
    std::size_t exchanged() const { return house.ehr.count("POST /auth/token"); }
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
    Hall hall;
    const auto issuer = hall.origin + folder;
    for (const auto& [name, path] : configuration)
        hall.says()->configuration[name] = path.empty() ? "" : inQuotes(hall.origin + path);
    hall.says()->openId = {{folder, hall.openId(issuer)}};
    hall.says()->claims = {{"iss", inQuotes(issuer)}};

    const auto page = hall.launch();

    CHECK(hall.house.get(page, "/api/context").status == 200);
    CHECK(hall.house.ehr.count("GET " + folder + "/.well-known/openid-configuration") == 1);
    CHECK(hall.house.ehr.count("GET /auth/jwks") == 1);
    // And by those of nobody else.
    const auto stranger = fhir::smart::Key::generate(fhir::smart::Algorithm::ES384);
    const auto begun = hall.begin();
    hall.says()->idToken = hall.makeIdToken(hall.says()->claims, stranger);
    checkRefused(hall, hall.callback(begun), 401, "signature");
}

TEST_CASE("sign-in: what openid-configuration does not name is not made up", "[service][launch]") {
    // What is put over a right document.
    const auto [over, words] = GENERATE(table<Json, std::string>({
        {Json{{"jwks_uri", ""}}, "where the keys are"},
        {Json{{"issuer", R"("https://evil.example")"}}, "is not the issuer"},
        {Json{{"jwks_uri", "7"}}, "/jwks_uri"},
    }));
    Hall hall;
    auto document = hall.openId(hall.base);
    for (const auto& [name, value] : over) document[name] = value;
    hall.says()->configuration = Json{{"jwks_uri", ""}};
    hall.says()->openId = {{"/fhir", document}};

    checkRefused(hall, hall.answered(""), 502, words);
    // Nor where there is no document.
    Hall other;
    other.says()->configuration = hall.says()->configuration;
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
    }));
    Hall hall;
    hall.says()->configuration = configuration;
    auto document = hall.openId(hall.base);
    for (const auto& [name, value] : openId) document[name] = value;
    hall.says()->openId = {{"/fhir", document}};

    if (isRefused) {
        checkRefused(hall, hall.answered(""), 403, "does not say which sign-in");
        CHECK(hall.exchanged() == 0);
    } else {
        hall.checkOpens(hall.answered(""));
    }
    hall.checkOpens(hall.answered(hall.base));
}

TEST_CASE("sign-in: an error that does not say whose it is ends no better", "[service][launch]") {
    Hall hall;
    hall.says()->configuration = Json{{"authorization_response_iss_parameter_supported", "true"}};
    const auto begun = hall.begin();

    const auto response =
        hall.callback(begun, {{"state", begun.state()}, {"error", "access_denied"}});

    checkRefused(hall, response, 403, "does not say which sign-in");
}

TEST_CASE("sign-in: an answer may name the server behind the EHR, and nobody beside it",
          "[service][launch]") {
    Hall hall;
    const auto behind = hall.origin + "/tenants/7", beside = hall.origin + "/tenants/8";
    auto other = hall.openId(beside);
    other["token_endpoint"] = inQuotes(beside + "/token");
    auto silent = hall.openId(hall.origin + "/tenants/9");
    silent["token_endpoint"] = "";
    hall.says()->openId = {
        {"/tenants/7", hall.openId(behind)}, {"/tenants/8", other}, {"/tenants/9", silent}};

    hall.checkOpens(hall.answered(behind));
    const auto exchanged = hall.exchanged();

    for (const auto& iss : {beside, hall.origin + "/tenants/9", hall.origin + "/tenants/10",
                            behind + "/", hall.base + "/", std::string("https://evil.example")}) {
        INFO(iss);
        const auto response = hall.answered(iss);
        CHECK((response.status == 403 || response.status == 502));
        checkRefused(hall, response, response.status, "");
    }
    CHECK(hall.exchanged() == exchanged);
}

TEST_CASE("sign-in: who signed in is read as the resource that fhirUser names (SMART 202)",
          "[service][launch]") {
    const auto [base, user] = GENERATE(table<std::string, std::string>({
        {"", "Practitioner/practitioner-1"},
        {"/fhir/", "Practitioner/practitioner-1"},
        {"", "PractitionerRole/practitioner-1-role"},
    }));
    Hall hall;
    const auto name = at(hall.house.ehr.get("/Practitioner/practitioner-1"), "/name/0/text");
    REQUIRE_FALSE(name.empty());
    hall.says()->claims = {{"fhirUser", inQuotes(base.empty() ? user : hall.origin + base + user)}};

    const auto page = hall.launch();

    CHECK(at(hall.house.get(page, "/api/context").body, "/user/display") == name);
    CHECK(hall.house.ehr.count("GET /fhir/" + user) == 1);
    CHECK(hall.house.ehr.headerOf("GET /fhir/" + user, "Authorization") ==
          "Bearer access-token-of-the-test");
}

}  // namespace launch_sign_in_test
