#include "adapters/simulator/launches.h"

#include "adapters/simulator/simulator.h"
#include "fhir/base/random.h"
#include "fhir/smart/pkce.h"
#include "tests/support/json_at.h"

namespace launches_test {

using adapters::simulator::AuthorizationOptions;
using namespace std::chrono_literals;
using test::at;

namespace {

/// The made-up EHR with our app registered, at a time that the test sets.
struct Ward {
    explicit Ward(const AuthorizationOptions& authorization = {})
        : ehr({.base = base,
               .patients = 2,
               .seed = 1,
               .clock = {.now = [this] { return fhir::Instant(1000h) + passed; },
                         .steady = [] { return fhir::Deadline{}; }},
               .authorization = authorization}) {
        ehr.registerApp({"wm", fhir::Url::parse("http://127.0.0.1:1/launch"),
                         fhir::Url::parse("http://127.0.0.1:1/callback")});
    }
    fhir::http::Response get(const std::string& target, const std::string& bearer = {}) {
        fhir::http::Request request;
        request.url = base.resolve(target);
        if (!bearer.empty()) request.headers.set("Authorization", "Bearer " + bearer);
        return ehr.answer(request).response;
    }
    fhir::http::Response post(const std::string& target, const fhir::Query& form) {
        fhir::http::Request request;
        request.method = "POST";
        request.url = base.resolve(target);
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        request.body = form.text();
        return ehr.answer(request).response;
    }
    /// What is behind "?" in the address that an answer leads to.
    static fhir::Query leadsTo(const fhir::http::Response& response) {
        const auto location = response.headers.find("Location").value_or("?");
        return fhir::Query::parse(location.substr(location.find('?') + 1));
    }
    fhir::Query asked() {
        const auto launch = leadsTo(get("/chart/open?patient=patient-1")).find("launch");
        return {{"response_type", "code"},
                {"client_id", "wm"},
                {"redirect_uri", "http://127.0.0.1:1/callback"},
                {"launch", launch.value_or("")},
                {"scope", "launch openid fhirUser online_access user/Patient.r"},
                {"state", "state-1"},
                {"aud", base.text()},
                {"nonce", "nonce-1"},
                {"code_challenge", fhir::smart::codeChallenge(verifier)},
                {"code_challenge_method", "S256"}};
    }
    /// A code as the app gets it back.
    std::string code() {
        return leadsTo(get("/auth/authorize?" + asked().text())).find("code").value_or("");
    }
    fhir::http::Response exchange(const std::string& code, const std::string& shown,
                                  const std::string& secret = {}) {
        fhir::Query form{{"grant_type", "authorization_code"},
                         {"client_id", "wm"},
                         {"code", code},
                         {"redirect_uri", "http://127.0.0.1:1/callback"},
                         {"code_verifier", shown}};
        if (!secret.empty()) form.add("client_secret", secret);
        return post("/auth/token", form);
    }
    fhir::http::Response refresh(const std::string& token) {
        return post(
            "/auth/token",
            {{"grant_type", "refresh_token"}, {"client_id", "wm"}, {"refresh_token", token}});
    }

    const fhir::Url base = fhir::Url::parse("http://127.0.0.1:2/fhir");
    const std::string verifier = "made-up-verifier-of-at-least-forty-three-characters";
    std::chrono::seconds passed{0};
    adapters::simulator::Simulator ehr;
};

}  // namespace

TEST_CASE("simulator: a launch gives a code, and the code gives tokens once", "[simulator]") {
    Ward ward;
    const auto code = ward.code();
    REQUIRE(code != "");

    const auto tokens = ward.exchange(code, ward.verifier);

    REQUIRE(tokens.status == 200);
    CHECK(at(tokens.body, "/patient") == "patient-1");
    CHECK(at(tokens.body, "/encounter") != "");
    CHECK(at(tokens.body, "/id_token") != "");
    const auto access = at(tokens.body, "/access_token");
    const auto about = ward.post("/auth/introspect", {{"token", access}});
    CHECK(at(about.body, "/active") == "true");
    CHECK(at(about.body, "/patient") == "patient-1");
    // Used again, the code ends what it gave (RFC 6749, section 4.1.2).
    CHECK(at(ward.exchange(code, ward.verifier).body, "/error") == "invalid_grant");
    CHECK(at(ward.post("/auth/introspect", {{"token", access}}).body, "/active") == "false");
    CHECK(ward.get("/fhir/Patient/patient-1", access).status == 401);
}

TEST_CASE("simulator: a code is for whoever has its verifier, and for a minute", "[simulator]") {
    Ward ward;

    CHECK(at(ward.exchange(ward.code(), "another").body, "/error") == "invalid_grant");
    const auto late = ward.code();
    ward.passed = 61s;
    CHECK(at(ward.exchange(late, ward.verifier).body, "/error") == "invalid_grant");
}

TEST_CASE("simulator: refresh tokens rotate, and one that is used twice ends the grant",
          "[simulator]") {
    Ward ward;
    const auto first = at(ward.exchange(ward.code(), ward.verifier).body, "/refresh_token");
    const auto second = ward.refresh(first);
    REQUIRE(second.status == 200);
    const auto newest = at(second.body, "/refresh_token");
    REQUIRE(newest != first);

    CHECK(at(ward.refresh(first).body, "/error") == "invalid_grant");
    CHECK(at(ward.refresh(newest).body, "/error") == "invalid_grant");
}

TEST_CASE("simulator: nothing is sent to an address that is not registered", "[simulator]") {
    Ward ward;
    const auto [name, value] = GENERATE(table<std::string, std::string>(
        {{"redirect_uri", "http://evil.example/"}, {"client_id", "another"}}));
    fhir::Query query;
    for (const auto& [key, right] : ward.asked()) query.add(key, key == name ? value : right);

    const auto response = ward.get("/auth/authorize?" + query.text());

    CHECK(response.status == 400);
    CHECK_FALSE(response.headers.find("Location"));
}

TEST_CASE("simulator: what a launch must ask is asked for", "[simulator]") {
    Ward ward;
    const auto [name, value] =
        GENERATE(table<std::string, std::string>({{"code_challenge_method", "plain"},
                                                  {"aud", "http://evil.example"},
                                                  {"launch", "made-up"},
                                                  {"state", ""},
                                                  {"code_challenge", "short"}}));
    fhir::Query query;
    for (const auto& [key, right] : ward.asked()) query.add(key, key == name ? value : right);

    const auto back = Ward::leadsTo(ward.get("/auth/authorize?" + query.text()));

    CHECK(back.find("error") == "invalid_request");
    CHECK_FALSE(back.find("code"));
}

TEST_CASE("simulator: a launch's token reaches what it was given for, until it has run out",
          "[simulator]") {
    Ward ward;
    const auto access = at(ward.exchange(ward.code(), ward.verifier).body, "/access_token");

    CHECK(ward.get("/fhir/Patient/patient-1", access).status == 200);
    CHECK(ward.get("/fhir/Encounter", access).status == 403);  // user/Patient.r is all it has
    CHECK(ward.get("/fhir/Encounter").status == 200);          // nobody else needs one here
    ward.passed = 300s;
    CHECK(ward.get("/fhir/Patient/patient-1", access).status == 401);
}

TEST_CASE("simulator: one authorization server for launches and for clients by themselves",
          "[simulator]") {
    AuthorizationOptions options;
    options.required = true;
    options.clients = {{.clientId = "wm",
                        .secret = fhir::Secret("s3cret"),
                        .scopes = fhir::smart::Scopes::parse("system/Encounter.s")}};
    Ward ward(options);

    const auto about = ward.get("/fhir/.well-known/smart-configuration");
    CHECK(at(about.body, "/authorization_endpoint") == "http://127.0.0.1:2/auth/authorize");
    CHECK(at(about.body, "/grant_types_supported/0") == "client_credentials");
    CHECK(at(about.body, "/grant_types_supported/1") == "authorization_code");
    // A client with a secret proves it in a launch as well.
    CHECK(at(ward.exchange(ward.code(), ward.verifier).body, "/error") == "invalid_client");
    const auto tokens = ward.exchange(ward.code(), ward.verifier, "s3cret");
    CHECK(ward.get("/fhir/Patient/patient-1", at(tokens.body, "/access_token")).status == 200);
    const auto own = ward.post("/auth/token", {{"grant_type", "client_credentials"},
                                               {"client_id", "wm"},
                                               {"client_secret", "s3cret"},
                                               {"scope", "system/Encounter.s"}});
    const auto access = at(own.body, "/access_token");
    CHECK(ward.get("/fhir/Encounter", access).status == 200);
    CHECK(ward.get("/fhir/Patient/patient-1", access).status == 403);
    CHECK(ward.get("/fhir/Patient/patient-1").status == 401);
}

TEST_CASE("simulator: an app that can prove nothing gets nothing for itself", "[simulator]") {
    Ward ward;

    const auto response =
        ward.post("/auth/token", {{"grant_type", "client_credentials"}, {"client_id", "wm"}});

    CHECK(at(response.body, "/error") == "unauthorized_client");
}

}  // namespace launches_test
