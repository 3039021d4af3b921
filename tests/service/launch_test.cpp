// The EHR launch (SMART App Launch 2.2): what it asks for, whose callback it takes, and how every
// wrong input ends: on a page in plain words with the request's id, and nothing else.
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

#include <set>

#include "fhir/base/base64.h"
#include "tests/service/launch_fixture.h"

namespace launch_test {

using fhir::smart::Algorithm;
using fhir::smart::Key;
using test::at;
using test::Begun;
using test::checkRefused;
using test::has;
using test::inQuotes;
using test::LaunchFixture;
using test::pageOf;
using test::Response;

namespace {

std::string find(const fhir::Query& query, const char* name) {
    return query.find(name).value_or("");
}

/// An id_token whose header names this algorithm, signed by HMAC with a text that everybody has.
std::string forged(const std::string& algorithm, const std::string& payload,
                   const std::string& secret) {
    const auto text = fhir::base64url(R"({"alg":")" + algorithm + R"(","kid":"key-1"})") + "." +
                      fhir::base64url(payload);
    if (secret.empty()) return text + ".";
    std::string mac(32, '\0');
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(mac.data()), &size);
    return text + "." + fhir::base64url(mac);
}

}  // namespace

TEST_CASE(
    "launch: the authorization server is asked for what the page needs, and no more (SMART 2, 3, "
    "32, "
    "33, 34, 35, 37, 40, 41, 47, 50, 51, 150, 151, 161, 195, 196, 211, 215)",
    "[service][launch]") {
    LaunchFixture entry;

    const auto begun = entry.begin();
    const auto other = entry.begin();

    CHECK(find(begun.query, "tenant") == "1");  // the address keeps its own query
    CHECK(find(begun.query, "response_type") == "code");
    CHECK(find(begun.query, "client_id") == "whatmatters");
    CHECK(find(begun.query, "redirect_uri").ends_with("/callback"));
    CHECK(find(begun.query, "launch") == "handle-of-the-ehr");
    CHECK(find(begun.query, "aud") == entry.running.ehr.base());
    for (const char* none : {"max_age", "client_secret"}) CHECK_FALSE(begun.query.find(none));
    CHECK(find(begun.query, "code_challenge").size() == 43);
    CHECK(find(begun.query, "code_challenge_method") == "S256");
    CHECK(find(begun.query, "state").size() >= 43);  // 256 bits
    CHECK(find(begun.query, "scope") ==
          "launch openid fhirUser online_access user/Patient.r user/Encounter.r "
          "user/Observation.rs user/Practitioner.r");
    for (const char* each : {"state", "nonce", "code_challenge"})
        CHECK(find(begun.query, each) != find(other.query, each));
}

TEST_CASE("launch: scopes are written as the site knows that its app is registered",
          "[service][launch]") {
    ::setenv("WHATMATTERS_TEST_SECRET", "made up", 1);
    LaunchFixture entry(1, R"(, "auth": {"method": "client-secret-basic", "clientId": "whatmatters",
        "clientSecret": "env:WHATMATTERS_TEST_SECRET", "scopeSyntax": "v1"})");
    ::unsetenv("WHATMATTERS_TEST_SECRET");

    CHECK(has(find(entry.begin().query, "scope"), "user/Patient.read"));
}

TEST_CASE("launch: it ends on the page of its patient, as its user (SMART 7)",
          "[service][launch]") {
    LaunchFixture entry;
    entry.says()->token = {{"encounter", inQuotes("stay-1")},
                           {"need_patient_banner", "false"},
                           {"appContext", R"("{\"view\":\"patient\",\"step\":\"ask\"}")"}};

    const auto page = entry.launch();

    CHECK_FALSE(has(page.cookie, "access-token-of-the-test"));
    const auto context = entry.running.get(page, "/api/context");
    REQUIRE(context.status == 200);
    CHECK(at(context.body, "/patient/id") == "patient-1");
    CHECK(at(context.body, "/needPatientBanner") == "false");
    CHECK(at(context.body, "/step") == "ask");
    CHECK(entry.running.get(page, "/api/patient").status == 200);
    CHECK_FALSE(has(entry.running.log(), "access-token-of-the-test"));
}

TEST_CASE(
    "launch: without expires_in, and with an intent that nobody knows, the page opens as well "
    "(SMART 193)",
    "[service][launch]") {
    LaunchFixture entry;
    entry.says()->token = {{"expires_in", ""}, {"intent", inQuotes("of another app")}};

    CHECK(entry.running.get(entry.launch(), "/api/patient").status == 200);
}

TEST_CASE("launch: two tabs of one browser keep their own patients", "[service][launch]") {
    LaunchFixture entry;
    const auto one = entry.launch();
    entry.says()->token = {{"patient", inQuotes("patient-2")}};

    const auto two = entry.launch({{"Cookie", one.cookie}});

    CHECK(two.cookie == one.cookie);
    CHECK(at(entry.running.get(one, "/api/context").body, "/patient/id") == "patient-1");
    CHECK(at(entry.running.get(two, "/api/context").body, "/patient/id") == "patient-2");
}

TEST_CASE("launch: two charts that one browser opens at once both open", "[service][launch]") {
    LaunchFixture entry;
    const auto one = entry.begin();
    const auto two = entry.begin({{"Cookie", one.cookie}});
    const fhir::Headers both{{"Cookie", one.cookie + "; " + two.cookie}};

    const auto second =
        entry.callback(two, {{"code", "code-of-the-test"}, {"state", two.state()}}, both);
    const auto first =
        entry.callback(one, {{"code", "code-of-the-test"}, {"state", one.state()}}, both);

    CHECK(entry.running.get(pageOf(second), "/api/context").status == 200);
    CHECK(entry.running.get(pageOf(first), "/api/context").status == 200);
    int cleared = 0;  // each takes its own cookie away
    for (const auto& [name, value] : first.headers)
        if (name == "Set-Cookie" && has(value, one.cookie.substr(0, one.cookie.find('=')) + "=;"))
            ++cleared;
    CHECK(cleared == 1);
}

TEST_CASE("launch: ten thousand that strangers begin shut nobody out", "[service][launch]") {
    LaunchFixture entry;
    const auto mine = entry.begin();
    for (int i = 0; i < 10'001; ++i) entry.begin();

    const auto page = pageOf(entry.callback(mine));
    CHECK(entry.running.get(page, "/api/context").status == 200);
    CHECK(entry.running.get(entry.launch(), "/api/context").status == 200);
}

TEST_CASE("launch: many launches in one browser do not fill its requests", "[service][launch]") {
    LaunchFixture entry;
    std::string cookies;
    for (int i = 0; i < 8; ++i)
        cookies += (i == 0 ? "" : "; ") + ("whatmatters-launch-" + std::to_string(i)) + "=x";
    const fhir::Query query{{"iss", entry.running.ehr.base()}, {"launch", "handle-of-the-ehr"}};

    const auto response = entry.running.get("/launch?" + query.text(), {{"Cookie", cookies}});

    int cleared = 0;
    for (const auto& [name, value] : response.headers)
        if (name == "Set-Cookie" && has(value, "Max-Age=0")) ++cleared;
    CHECK(cleared == 8);
}

TEST_CASE("launch: somebody else in the same browser ends what was open before",
          "[service][launch]") {
    LaunchFixture entry;
    const auto nurse = entry.launch();
    entry.says()->claims = {{"sub", inQuotes("doctor-2")}};

    const auto doctor = entry.launch({{"Cookie", nurse.cookie}});

    CHECK(doctor.cookie != nurse.cookie);
    CHECK(entry.running.get(nurse, "/api/context").status == 401);
    CHECK(entry.running.get(doctor, "/api/context").status == 200);
}

TEST_CASE("launch: a callback is for the browser that began it (SMART 39, 61)",
          "[service][launch]") {
    LaunchFixture entry;
    const std::string own = "own", none = "none", another = "another";
    const auto [cookie, destination, opens] = GENERATE_COPY(table<std::string, std::string, bool>({
        {own, "", true},
        {own, "document", true},
        {own, "iframe", true},
        {none, "iframe", true},     // a frame that lost the cookie
        {none, "document", false},  // a forged link in a mail
        {none, "", false},          // a browser that does not say
        {none, "image", false},
        {another, "iframe", false},
        {another, "document", false},
    }));
    INFO(cookie << " " << destination);
    auto begun = entry.begin();
    const auto stranger = entry.begin();
    if (cookie == none) begun.cookie.clear();
    if (cookie == another) begun.cookie = stranger.cookie;
    fhir::Headers headers;
    if (!destination.empty()) headers.set("Sec-Fetch-Dest", destination);

    const auto response =
        entry.callback(begun, {{"code", "code-of-the-test"}, {"state", begun.state()}}, headers);

    if (opens)
        CHECK(entry.running.get(pageOf(response), "/api/context").status == 200);
    else
        checkRefused(entry, response, 403, "begun in another browser");
}

TEST_CASE("launch: a frame without the cookie joins no session", "[service][launch]") {
    LaunchFixture entry;
    const auto page = entry.launch();
    const auto begun = entry.begin();

    // The browser shows its session, and not the cookie of the launch.
    const auto response =
        entry.callback(begun, {{"code", "code-of-the-test"}, {"state", begun.state()}},
                       {{"Cookie", page.cookie}, {"Sec-Fetch-Dest", "iframe"}});

    CHECK(pageOf(response).cookie != page.cookie);
    CHECK(entry.running.get(page, "/api/context").status == 200);
}

TEST_CASE("launch: nothing is fetched for an iss that is on no list", "[service][launch]") {
    LaunchFixture entry;
    const auto base = entry.running.ehr.base();
    const auto iss = GENERATE_COPY(
        values<std::string>({"https://evil.example/fhir", base + "/../other", base + "x",
                             base + "?x=1", "http://127.0.0.1:1/fhir", "file:///etc/passwd", "x",
                             base + "@evil.example", "http://user@" + base.substr(7)}));
    INFO(iss);
    const fhir::Query query{{"iss", iss}, {"launch", "handle-of-the-ehr"}};

    const auto response = entry.running.get("/launch?" + query.text());

    checkRefused(entry, response, 403, "not on the list");
    CHECK(entry.running.ehr.count("GET /fhir/.well-known") == 0);
}

TEST_CASE("launch: an address that no EHR made says what to do", "[service][launch]") {
    LaunchFixture entry;

    checkRefused(entry, entry.running.get("/launch"), 400, "opened by the EHR");
    checkRefused(entry, entry.running.get("/launch?iss=" + entry.running.ehr.base()), 400,
                 "opened by the EHR");
    checkRefused(entry, entry.running.get("/callback"), 403, "not begun here");
    checkRefused(entry, entry.running.get("/callback?state=x&code=%ZZ"), 400, "");
}

TEST_CASE("launch: a state is good once (SMART 4, 60)", "[service][launch]") {
    LaunchFixture entry;
    const auto begun = entry.begin();
    const auto changed = entry.begin();
    REQUIRE(entry.callback(begun).status == 303);
    const auto exchanged = entry.running.ehr.count("POST /auth/token");

    checkRefused(entry, entry.callback(begun), 403, "used already");
    checkRefused(
        entry,
        entry.callback(changed, {{"code", "code-of-the-test"}, {"state", changed.state() + "x"}}),
        403, "not begun here");
    CHECK(entry.running.ehr.count("POST /auth/token") == exchanged);
}

TEST_CASE("launch: every wrong answer ends on a page in plain words (SMART 5, 6, 201)",
          "[service][launch]") {
    struct Row {
        const char* name;
        std::function<void(LaunchFixture&)> wrong;  ///< after the launch has begun
        int status;
        const char* words;
        fhir::Query more{};  ///< put into the callback
        bool withoutCode = false;
    };
    const auto stranger = Key::generate(Algorithm::ES384);
    const auto says = [](auto change) {
        return [change](LaunchFixture& entry) { change(*entry.says(), entry); };
    };
    const auto claims = [&](test::Json wrong) {
        return says([wrong](LaunchFixture::Says& said, LaunchFixture&) { said.claims = wrong; });
    };
    const auto token = [&](test::Json wrong) {
        return says([wrong](LaunchFixture::Says& said, LaunchFixture&) { said.token = wrong; });
    };
    const auto idToken = [&](auto make) {
        return says([make](LaunchFixture::Says& said, LaunchFixture& entry) {
            said.idToken = make(entry);
        });
    };
    const auto error = [&](const char* code) {
        return says([code](LaunchFixture::Says& said, LaunchFixture&) {
            said.status = 400;
            said.token = {{"error", inQuotes(code)}, {"access_token", ""}};
        });
    };
    const auto nothing = [](LaunchFixture&) {};
    const auto past = std::to_string(LaunchFixture::now() - 3600);
    const auto future = std::to_string(LaunchFixture::now() + 3600);
    const auto payload = [](LaunchFixture& entry) {
        return test::toJson({{"iss", inQuotes(entry.running.ehr.base())},
                             {"sub", inQuotes("nurse-1")},
                             {"aud", inQuotes("whatmatters")},
                             {"iat", std::to_string(LaunchFixture::now())},
                             {"exp", std::to_string(LaunchFixture::now() + 300)},
                             {"nonce", inQuotes(entry.nonce)},
                             {"fhirUser", inQuotes("Practitioner/practitioner-1")}});
    };

    LaunchFixture hospital;
    const auto origin = fhir::Url::parse(hospital.running.ehr.base()).origin();
    const std::vector<Row> rows{
        {"callback iss of another server",
         nothing,
         403,
         "another sign-in",
         {{"iss", "https://evil.example"}}},
        {"callback iss of nobody beside the EHR",
         nothing,
         403,
         "another sign-in",
         {{"iss", origin + "/somebody"}}},
        {"callback iss that is no address", nothing, 403, "another sign-in", {{"iss", "<x>"}}},
        {"error access_denied", nothing, 403, "did not allow", {{"error", "access_denied"}}, true},
        {"error invalid_scope", nothing, 403, "does not grant", {{"error", "invalid_scope"}}, true},
        {"error login_required",
         nothing,
         401,
         "sign in again",
         {{"error", "login_required"}},
         true},
        {"error server_error", nothing, 503, "not available", {{"error", "server_error"}}, true},
        {"error that is a script",
         nothing,
         502,
         "no reason",
         {{"error", "<script>alert(1)</script>"}},
         true},
        {"no code", nothing, 502, "no code", {}, true},
        {"code refused (replay)", error("invalid_grant"), 401, "invalid_grant"},
        {"client refused", error("invalid_client"), 401, "invalid_client"},
        {"server down", says([](auto& said, auto&) { said.status = 503; }), 503, "503"},
        {"server slow", says([](auto& said, auto&) { said.isSilent = true; }), 503, "exchange"},
        {"token response is no JSON", token({{"access_token", "oops"}}), 502, ""},
        {"no access_token", token({{"access_token", ""}}), 502, "access_token"},
        {"token_type is not Bearer", token({{"token_type", inQuotes("mac")}}), 502, "token_type"},
        {"patient is no id", token({{"patient", inQuotes("../other")}}), 502, "cannot be read"},
        {"patient is a number", token({{"patient", "7"}}), 502, "cannot be read"},
        {"patient of another type", token({{"patient", inQuotes("Group/patient-1")}}), 502,
         "cannot be read"},
        {"patient cannot be read, and a ward is named",
         token({{"patient", "[]"}, {"fhirContext", R"([{"reference":"Location/ward-7"}])"}}), 502,
         "cannot be read"},
        {"fewer scopes", token({{"scope", inQuotes("launch openid fhirUser user/Patient.r")}}), 403,
         "user/Observation.rs"},
        {"no id_token", token({{"id_token", ""}}), 502, "who signed in"},
        {"id_token is no token", idToken([](auto&) { return std::string("x.y.z"); }), 401, ""},
        {"alg none", idToken([&](auto& entry) { return forged("none", payload(entry), ""); }), 401,
         "cannot be trusted"},
        {"HMAC with the public key", idToken([&](auto& entry) {
             fhir::json::Writer writer;
             writer.beginObject();
             entry.key.writePublic(writer);
             return forged("HS256", payload(entry), writer.endObject().take());
         }),
         401, "cannot be trusted"},
        {"signed by somebody else",
         idToken([&](auto& entry) { return entry.makeIdToken({}, stranger); }), 401, "signature"},
        {"a key that is not listed",
         idToken([&](auto& entry) { return entry.makeIdToken({}, stranger, "key-9"); }), 401,
         "does not list"},
        {"another key type than the algorithm's", idToken([&](auto& entry) {
             return entry.makeIdToken({}, Key::generate(Algorithm::ES256), "key-1",
                                      Algorithm::ES256);
         }),
         401, "does not list"},
        {"wrong iss", claims({{"iss", inQuotes("https://evil.example")}}), 401, "another sign-in"},
        {"iss that is no text", claims({{"iss", "7"}}), 401, "cannot be trusted"},
        {"no iss", claims({{"iss", ""}}), 401, "cannot be trusted"},
        {"iss of nobody beside the EHR", claims({{"iss", inQuotes(origin + "/somebody")}}), 502,
         "where the keys are"},
        {"iss with a query", claims({{"iss", inQuotes(origin + "/fhir?x=1")}}), 401,
         "another sign-in"},
        {"wrong aud", claims({{"aud", inQuotes("another-app")}}), 401, ""},
        {"aud of several, azp of another",
         claims({{"aud", R"(["whatmatters","x"])"}, {"azp", inQuotes("x")}}), 401, "another app"},
        {"aud of several without azp", claims({{"aud", R"(["whatmatters","x"])"}}), 401,
         "another app"},
        {"wrong nonce", claims({{"nonce", inQuotes("of another launch")}}), 401, "this launch"},
        {"no nonce", claims({{"nonce", ""}}), 401, "this launch"},
        {"expired", claims({{"exp", past}, {"iat", past}}), 401, ""},
        {"no exp", claims({{"exp", ""}}), 401, ""},
        {"from the future", claims({{"iat", future}, {"nbf", future}}), 401, ""},
        {"no sub", claims({{"sub", ""}}), 401, ""},
        {"no fhirUser", claims({{"fhirUser", ""}}), 401, "has no fhirUser"},
        {"fhirUser of another server",
         claims({{"fhirUser", inQuotes("https://evil.example/Practitioner/1")}}), 401,
         "names the user"},
        {"a patient signed in", claims({{"fhirUser", inQuotes("Patient/patient-1")}}), 403,
         "for the care team"},
    };

    for (const auto& row : rows) {
        INFO(row.name);
        *hospital.says() = {};
        const auto begun = hospital.begin();
        row.wrong(hospital);
        fhir::Query parameters{{"state", begun.state()}};
        if (!row.withoutCode) parameters.add("code", "code-of-the-test");
        for (const auto& [name, value] : row.more) parameters.add(name, value);

        const auto response = hospital.callback(begun, parameters);

        checkRefused(hospital, response, row.status, row.words);
        CHECK_FALSE(has(response.body, "<script>"));
    }
    // And what is right opens the page, in the same house.
    *hospital.says() = {};
    CHECK(hospital.running.get(hospital.launch(), "/api/context").status == 200);
}

}  // namespace launch_test
