// Who may call, over the wire (CDS Hooks 2.0, Trusting CDS Clients). What makes a token right is
// in tests/plugin/cds/token_check_test.cpp.
#include "plugin/cds/trust.h"
#include "plugin/connections/connections.h"
#include "tests/service/service_fixture.h"
#include "tests/support/key_server.h"

namespace cds_trust_test {

using test::at;
using test::CdsClient;
using test::eventually;
using test::has;
using test::ServiceFixture;
using test::sizeAt;

namespace {

constexpr const char* kPath = "/cds-services/what-matters";
// As the site says it: the proxy before it has this address.
const std::string kPublic = "http://127.0.0.1:8080";

const std::string kCall =
    R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","context":)"
    R"({"userId":"Practitioner/1","patientId":"patient-1"},"prefetch":)"
    R"({"patient":null,"encounter":null,"statements":null}})";

const CdsClient& client() {
    static const CdsClient kClient;
    return kClient;
}

std::string issuer(const std::string& jku) {
    return R"(,"cds":{"issuers":[{"iss":")" + std::string(CdsClient::kIss) + R"(","jku":")" + jku +
           R"("}],"origins":["https://ehr.example"])";
}

struct KeyServer : test::KeyServer {
    KeyServer() : test::KeyServer(client()) {}
};

fhir::Headers bearer(const std::string& token) {
    return {{"Authorization", "Bearer " + token}};
}

std::string token(const std::string& path = kPath) {
    return client().sign(CdsClient::claims(kPublic + path, std::chrono::system_clock::now()));
}

/// Waits until the caller's keys are there: a busy machine may take longer than a call may wait.
void warmUp(ServiceFixture& fixture) {
    REQUIRE(eventually([&] {
        return fixture.get("/cds-services", bearer(token("/cds-services"))).status == 200;
    }));
}

ServiceFixture::Options strict(const std::string& jku, const std::string& more = {}) {
    return {.development = false, .connection = issuer(jku) + more + "}"};
}

}  // namespace

TEST_CASE("cds trust: a signed token opens every address, each with its own audience",
          "[service]") {
    const KeyServer keys;
    ServiceFixture fixture(strict(keys.url()));
    warmUp(fixture);
    const std::string feedback = std::string(kPath) + "/feedback";
    const std::string reports =
        R"({"feedback":[{"card":"x","outcome":"accepted","outcomeTimestamp":"2026-03-07"}]})";

    CHECK(fixture.get("/cds-services", bearer(token("/cds-services"))).status == 200);
    CHECK(fixture.post(kPath, kCall, bearer(token())).status == 200);
    CHECK(fixture.post(feedback, reports, bearer(token(feedback))).status == 200);
    CHECK(fixture.post(kPath, kCall, bearer(token("/cds-services"))).status == 401);
    CHECK(keys.asked == 1);
}

TEST_CASE(
    "cds trust: whoever is refused learns nothing, and the log has the reason without the "
    "token",
    "[service]") {
    const KeyServer keys;
    ServiceFixture fixture(strict(keys.url()));
    warmUp(fixture);
    const CdsClient stranger;
    const auto claims = CdsClient::claims(kPublic + kPath, std::chrono::system_clock::now());
    auto expired = claims;
    expired["exp"] = "1";
    const auto told = [&](const fhir::Headers& headers) {
        const auto response = fixture.post(kPath, kCall, headers);
        CHECK(response.status == 401);
        return at(response.body, "/detail");
    };

    const auto none = told({});
    CHECK(told(bearer("")) == none);
    CHECK(told(bearer("not.a.token")) == none);
    CHECK(told({{"Authorization", "Basic dTpw"}}) == none);
    CHECK(told(bearer(stranger.sign(claims))) == none);
    const auto late = client().sign(expired);
    CHECK(told(bearer(late)) == none);
    CHECK(fixture.post(kPath, "{", bearer("not.a.token")).status == 401);

    CHECK(has(fixture.log(), "has expired"));
    CHECK(has(fixture.log(), "signature is not the issuer's"));
    CHECK_FALSE(has(fixture.log(), late.substr(0, late.find('.'))));
    CHECK_FALSE(has(fixture.log(), late.substr(late.rfind('.'))));
}

TEST_CASE("cds trust: the EHR is known by its address, however that is written", "[service]") {
    ServiceFixture fixture;
    const auto base = fixture.ehr.base();  // http://127.0.0.1:port/fhir
    const auto called = [&](const std::string& fhirServer) {
        return fixture.post(kPath,
                            test::changed(kCall, R"("context")",
                                          R"("fhirServer":")" + fhirServer + R"(","context")"));
    };

    CHECK(called(base).status == 200);
    CHECK(called(base + "/").status == 200);
    CHECK(called("HTTP" + base.substr(4)).status == 200);
    CHECK(called(test::changed(base, "/fhir", "/%66hir")).status == 200);
    CHECK(called("https://ehr.example:443/inside").status == 401);
    const auto other = called("https://OTHER.example:443/fhir?secret=1");
    CHECK(other.status == 401);
    CHECK_FALSE(has(other.body, "other.example"));
    CHECK(has(fixture.log(), "https://other.example/fhir"));
    CHECK(has(fixture.log(), base));
    CHECK_FALSE(has(fixture.log(), "secret"));
}

TEST_CASE("cds trust: an address that is configured with its port is the same", "[service]") {
    const auto [configured, called, isSame] = GENERATE(table<std::string, std::string, bool>({
        {"https://ehr.example:443/fhir", "https://ehr.example:443/fhir", true},
        {"https://ehr.example:443/fhir", "https://EHR.example/fhir", true},
        {"https://ehr.example/fhir", "https://ehr.example:443/fhir/", true},
        {"https://ehr.example/fhir", "http://internal:8080/r4", true},
        {"https://ehr.example/fhir", "http://internal:8080/r5", false},
        {"https://ehr.example/fhir", "http://ehr.example/fhir", false},
    }));
    plugin::Connection connection;
    connection.settings.fhirBase = fhir::Url::parse(configured);
    connection.settings.profile.linkAliases = {"http://internal:8080/r4"};

    bool isKnown = true;
    try {
        plugin::cds::connectionFor({&connection}, called);
    } catch (const fhir::Error& error) {
        isKnown = error.kind() != fhir::ErrorKind::Unauthorized;
    }

    CHECK(isKnown == isSame);
}

TEST_CASE("cds trust: a token is shown once, also after a restart", "[service]") {
    const KeyServer keys;
    ServiceFixture fixture(strict(keys.url()));
    warmUp(fixture);
    const auto once = token();

    CHECK(fixture.post(kPath, kCall, bearer(once)).status == 200);
    CHECK(fixture.post(kPath, kCall, bearer(once)).status == 401);
    fixture.restart();
    warmUp(fixture);
    CHECK(fixture.post(kPath, kCall, bearer(once)).status == 401);
    CHECK(has(fixture.log(), "was shown before (jti)"));
}

TEST_CASE("cds trust: where the site says so a token serves until it expires", "[service]") {
    const KeyServer keys;
    ServiceFixture fixture(strict(keys.url(), R"(,"tokenUse":"until-expiry")"));
    warmUp(fixture);
    const auto reused = token();

    for (int i = 0; i < 3; ++i) CHECK(fixture.post(kPath, kCall, bearer(reused)).status == 200);
    CHECK(fixture.post("/cds-services/what-matters-admission", kCall, bearer(reused)).status ==
          401);
}

TEST_CASE("cds trust: no address is asked for keys that the site does not name", "[service]") {
    const KeyServer named, evil;
    ServiceFixture fixture(strict(named.url()));
    warmUp(fixture);
    const auto claims = CdsClient::claims(kPublic + kPath, std::chrono::system_clock::now());
    auto otherIssuer = claims;
    otherIssuer["iss"] = "\"https://evil.example\"";

    CHECK(fixture.post(kPath, kCall, bearer(client().sign(claims, evil.url()))).status == 401);
    CHECK(fixture.post(kPath, kCall, bearer(client().sign(otherIssuer, evil.url()))).status == 401);
    CHECK(fixture.post(kPath, kCall, bearer(client().sign(claims, named.url()))).status == 200);
    CHECK(evil.asked == 0);
}

TEST_CASE("cds trust: invented key ids do not make us ask again and again", "[service]") {
    const KeyServer keys;
    ServiceFixture fixture(strict(keys.url()));
    warmUp(fixture);
    for (int i = 0; i < 10; ++i) {
        const auto claims = CdsClient::claims(kPublic + kPath, std::chrono::system_clock::now());
        const auto invented =
            fhir::smart::sign({client().algorithm(), "kid-" + std::to_string(i), "JWT", ""},
                              test::objectOf(claims), client().key());
        const auto status = fixture.post(kPath, kCall, bearer(invented)).status;
        CHECK((status == 401 || status == 503));  // the one new fetch may be late
    }

    CHECK(keys.asked <= 2);
}

TEST_CASE("cds trust: keys that do not come in time keep nobody waiting", "[service]") {
    KeyServer keys;
    keys.isSilent = true;
    ServiceFixture fixture(strict(keys.url()));

    const auto response = fixture.post(kPath, kCall, bearer(token()));

    CHECK(response.status == 503);
    CHECK_FALSE(has(response.body, "127.0.0.1"));
}

TEST_CASE("cds trust: a caller speaks for its own FHIR server alone", "[service]") {
    const KeyServer keys;
    ServiceFixture fixture(strict(keys.url()));
    warmUp(fixture);
    const auto with = [&](const std::string& server) {
        auto call = kCall;
        call.insert(1, R"("fhirServer":")" + server + "\",");
        return fixture.post(kPath, call, bearer(token())).status;
    };

    CHECK(with(fixture.ehr.base()) == 200);
    CHECK(with("https://other.example/fhir") == 401);
}

TEST_CASE("cds trust: the token of a call reads for it, and is then forgotten", "[service]") {
    ServiceFixture fixture;
    fixture.readWard();
    const auto call = [&](const std::string& more) {
        return R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)"
               R"("context":{"userId":"Practitioner/1","patientId":"patient-1"})" +
               more + "}";
    };
    const auto authorized = R"(,"fhirServer":")" + fixture.ehr.base() +
                            R"(","fhirAuthorization":{"access_token":"Zinnober-7","token_type":)"
                            R"("Bearer","expires_in":300,"scope":"user/*.rs","subject":"x"})";

    const auto first = fixture.post(kPath, call(authorized));
    const auto sent = [&] {
        return fixture.ehr.headerOf("GET /fhir/Patient/patient-1", "Authorization");
    };
    const bool isSent = eventually([&] { return sent() == "Bearer Zinnober-7"; });
    const auto second = fixture.post(kPath, call(""));

    CHECK(sizeAt(first.body, "/cards") == 1);
    CHECK(isSent);
    CHECK(sizeAt(second.body, "/cards") == 1);
    CHECK(eventually([&] { return sent().empty(); }));
    CHECK_FALSE(has(fixture.log(), "Zinnober"));
    CHECK_FALSE(has(first.body, "Zinnober"));
}

TEST_CASE("cds trust: what the EHR refuses to a call's token is not shown from what we hold",
          "[service]") {
    ServiceFixture fixture;
    fixture.readWard();
    const auto page = fixture.open("patient-1");
    REQUIRE(fixture.post(page, "/api/patient/statements", test::form("By the window.")).status ==
            201);
    const auto status = GENERATE(401, 403, 404, 410);
    const auto ask = [&](const std::string& more) {
        return fixture.post(
            kPath,
            R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)"
            R"("context":{"userId":"Practitioner/1","patientId":"patient-1",)"
            R"("encounterId":"stay-1"})" +
                more + "}");
    };
    const auto isQuiet = [&](const std::string& more) {
        // On a busy machine the refusal may come too late for one call.
        return eventually([&] {
            const auto body = ask(more).body;
            return !has(body, "Jeg vil hjem") && !has(body, "By the window") &&
                   !has(body, "summary");
        });
    };
    const auto token = R"(,"fhirServer":")" + fixture.ehr.base() +
                       R"(","fhirAuthorization":{"access_token":"Zinnober-7","token_type":)"
                       R"("Bearer","expires_in":300,"scope":"user/*.rs","subject":"x"})";
    const auto nothing = std::string(R"(,"prefetch":{"statements":null})");

    fixture.ehr.fail(test::answering("GET /fhir/Observation", status));
    CHECK(isQuiet(token));
    CHECK(ask(token).status == 412);
    // What we hold answers for an EHR that refuses our own credentials, as for one that is down.
    CHECK(has(ask("").body, "By the window"));
    for (const auto* what : {"GET /fhir/Patient", "GET /fhir/Encounter"}) {
        INFO(what);
        fixture.ehr.fail(test::answering(what, status));
        CHECK(isQuiet(token + nothing));
        CHECK(eventually([&] { return has(ask(token).body, "summary"); }));  // of the EHR itself
        CHECK(has(ask(nothing).body, "By the window"));
    }
    fixture.ehr.fail(test::answering("GET /fhir/Observation", 500));
    CHECK(has(ask(token).body, "By the window"));
}

TEST_CASE("cds trust: what the EHR has not answered to a call's token in time is not shown",
          "[service]") {
    ServiceFixture fixture({.ehrSecondsMax = 300});
    fixture.readWard();
    const auto [what, prefetch] = GENERATE(table<std::string, std::string>({
        {"GET /fhir/Observation", R"(,"prefetch":{"patient":null})"},
        {"GET /fhir/Patient", R"(,"prefetch":{"statements":null})"},
    }));
    const std::string call =
        R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)"
        R"("context":{"userId":"Practitioner/1","patientId":"patient-1"})";
    const auto token = R"(,"fhirServer":")" + fixture.ehr.base() +
                       R"(","fhirAuthorization":{"access_token":"x","token_type":"Bearer",)"
                       R"("expires_in":300,"scope":"user/*.rs","subject":"x"})";
    fixture.ehr.fail(test::silent(what));

    const auto user = fixture.post(kPath, call + token + prefetch + "}");
    const auto service = fixture.post(kPath, call + "}");

    INFO(what);
    CHECK(user.body == R"({"cards":[]})");
    CHECK(has(service.body, "Jeg vil hjem"));
}

TEST_CASE("cds trust: what the EHR says no to in the prefetch of a call with a token is not shown",
          "[service]") {
    ServiceFixture fixture;
    fixture.readWard();
    const auto code = GENERATE("forbidden", "security", "login");
    const auto call =
        R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)"
        R"("context":{"userId":"Practitioner/1","patientId":"patient-1"},"fhirServer":")" +
        fixture.ehr.base() +
        R"(","fhirAuthorization":{"access_token":"x","token_type":"Bearer","expires_in":300,)"
        R"("scope":"user/*.rs","subject":"x"},"prefetch":{"patient":null,"statements":)"
        R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":")" +
        code + R"("}]}}})";

    CHECK(fixture.post(kPath, call).body == R"({"cards":[]})");
}

TEST_CASE("cds trust: 412 where the call brings nothing and the EHR lets nothing be read",
          "[service]") {
    ServiceFixture fixture;
    const std::string call =
        R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)"
        R"("context":{"userId":"Practitioner/1","patientId":"patient-77"})";
    const auto refused = GENERATE(401, 403);
    fixture.ehr.fail(test::always(test::answer(refused, "")));

    CHECK(eventually([&] { return fixture.post(kPath, call + "}").status == 412; }));
    CHECK(fixture.post(kPath, call + R"(,"prefetch":{"statements":null}})").body ==
          R"({"cards":[]})");
    CHECK(fixture
              .post(kPath, call + R"(,"prefetch":{"statements":{"resourceType":)"
                                  R"("OperationOutcome"}}})")
              .body == R"({"cards":[]})");
    fixture.ehr.fail(test::always(test::answer(503, "")));
    CHECK(eventually([&] { return fixture.post(kPath, call + "}").status == 412; }));
}

TEST_CASE("cds trust: a browser asks beforehand without a token, from the site's origins alone",
          "[service]") {
    const KeyServer keys;
    ServiceFixture fixture(strict(keys.url()));
    warmUp(fixture);
    const auto preflight = [&](const std::string& path, const std::string& origin) {
        return fixture.send("OPTIONS", path,
                            {{"Origin", origin},
                             {"Access-Control-Request-Method", "POST"},
                             {"Access-Control-Request-Headers", "authorization,content-type"}});
    };
    for (const std::string& path :
         {std::string("/cds-services"), std::string(kPath), std::string(kPath) + "/feedback"}) {
        INFO(path);
        const auto own = preflight(path, "https://ehr.example");
        const auto other = preflight(path, "https://evil.example");

        CHECK(own.status == 204);
        CHECK(own.headers.find("Access-Control-Allow-Origin") == "https://ehr.example");
        CHECK(has(own.headers.find("Access-Control-Allow-Methods").value_or(""), "POST"));
        CHECK(has(own.headers.find("Access-Control-Allow-Headers").value_or(""), "Authorization"));
        CHECK(own.headers.find("Vary") == "Origin");
        CHECK_FALSE(own.headers.find("Access-Control-Allow-Credentials"));
        CHECK_FALSE(other.headers.find("Access-Control-Allow-Origin"));
    }
    const fhir::Headers origin{{"Origin", "https://ehr.example"}};
    auto right = bearer(token());
    right.set("Origin", "https://ehr.example");

    // The answer itself, and a refusal, must be readable there too.
    CHECK(fixture.post(kPath, kCall, right).headers.find("Access-Control-Allow-Origin") ==
          "https://ehr.example");
    CHECK(fixture.post(kPath, kCall, origin).headers.find("Access-Control-Allow-Origin") ==
          "https://ehr.example");
    CHECK_FALSE(fixture.get("/health/live", origin).headers.find("Access-Control-Allow-Origin"));
}

}  // namespace cds_trust_test
