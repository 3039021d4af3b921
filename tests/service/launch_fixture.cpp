#include "tests/service/launch_fixture.h"

#include "fhir/smart/jwk_set.h"
#include "fhir/smart/jwt.h"

namespace test {
namespace {

constexpr const char* kLaunch = R"(, "launch": {"clientId": "whatmatters",
    "frameAncestors": ["https://ehr.example"])";
/// Long enough for a busy machine, short enough to wait for once.
constexpr int kSecondsMax = 5;

void put(Json& members, const Json& over) {
    for (const auto& [name, value] : over) members[name] = value;
}

std::string firstPart(const std::string& cookie) {
    return cookie.substr(0, cookie.find(';'));
}

}  // namespace

std::string toJson(const Json& members) {
    std::string text;
    for (const auto& [name, value] : members)
        if (!value.empty()) text += (text.empty() ? "" : ",") + inQuotes(name) + ":" + value;
    return "{" + text + "}";
}

LaunchFixture::LaunchFixture(int patients, const std::string& more,
                             std::function<void(Ehr& ehr, std::string& site)> prepare)
    : running({.patients = patients,
               .connection = kLaunch + more + "}",
               .ehrSecondsMax = kSecondsMax,
               .prepare = std::move(prepare)}) {
    running.ehr.fail([this](Connection& connection, const std::string& line) {
        return answer(connection, line);
    });
}

std::int64_t LaunchFixture::now() {
    return fhir::smart::toNumericDate(std::chrono::system_clock::now());
}

std::string LaunchFixture::makeIdToken(const Json& claims, const fhir::smart::Key& signer,
                                       const std::string& kid, fhir::smart::Algorithm algorithm) {
    const std::lock_guard lock(mutex_);
    Json all{{"iss", inQuotes(running.ehr.base())},
             {"sub", inQuotes("nurse-1")},
             {"aud", inQuotes("whatmatters")},
             {"iat", std::to_string(now())},
             {"exp", std::to_string(now() + 300)},
             {"nonce", inQuotes(nonce)},
             {"fhirUser", inQuotes("Practitioner/practitioner-1")}};
    put(all, claims);
    return fhir::smart::sign({.algorithm = algorithm, .kid = kid, .jku = {}}, toJson(all), signer);
}

bool LaunchFixture::answer(Connection& connection, const std::string& line) {
    const auto origin = fhir::Url::parse(running.ehr.base()).origin();
    const auto said = *says();
    const auto json = [&](int status, const std::string& body) {
        // What it says of the connection is true: a fault ends it.
        connection.send(
            test::answer(status, body, "Content-Type: application/json\r\nConnection: close\r\n"));
        return true;
    };
    if (line.starts_with("GET /fhir/.well-known/smart-configuration")) {
        Json configuration{
            {"issuer", inQuotes(running.ehr.base())},
            {"jwks_uri", inQuotes(origin + "/auth/jwks")},
            {"authorization_endpoint", inQuotes(origin + "/auth/authorize?tenant=1")},
            {"token_endpoint", inQuotes(origin + "/auth/token")},
            {"scopes_supported", R"(["online_access"])"},
            {"capabilities", R"(["launch-ehr","permission-v2"])"}};
        put(configuration, said.configuration);
        return json(200, toJson(configuration));
    }
    if (const auto end = line.find("/.well-known/openid-configuration"); end != std::string::npos) {
        const auto found = said.openId.find(line.substr(4, end - 4));
        return found == said.openId.end() ? json(404, "") : json(200, toJson(found->second));
    }
    if (line.starts_with("GET /auth/jwks"))
        return json(200,
                    fhir::smart::JwkSet({{key, "key-1", fhir::smart::Algorithm::ES384}}).toJson());
    if (!line.starts_with("POST /auth/token")) return false;
    if (said.isSilent) {
        connection.readRequest();  // until the other side gives up
        return true;
    }
    Json token{{"access_token", inQuotes("access-token-of-the-test")},
               {"token_type", inQuotes("Bearer")},
               {"expires_in", "300"},
               {"scope", inQuotes("launch openid fhirUser user/Patient.r user/Encounter.r "
                                  "user/Observation.rs user/Practitioner.r")},
               {"patient", inQuotes("patient-1")},
               {"id_token",
                inQuotes(said.idToken.empty() ? makeIdToken(said.claims, key) : said.idToken)}};
    put(token, said.token);
    return json(said.status, toJson(token));
}

void LaunchFixture::setNonce(const Begun& begun) {
    const std::lock_guard lock(mutex_);
    nonce = begun.query.find("nonce").value_or("");
}

Response LaunchFixture::open(const std::string& iss, const fhir::Headers& browser) {
    const fhir::Query query{{"iss", iss.empty() ? running.ehr.base() : iss},
                            {"launch", "handle-of-the-ehr"}};
    return running.get("/launch?" + query.text(), browser);
}

Begun LaunchFixture::begin(const fhir::Headers& browser) {
    return begun(open({}, browser));
}

Begun LaunchFixture::begun(const Response& opened) {
    const auto location = opened.headers.find("Location").value_or("");
    const auto mark = location.find('?');
    if (opened.status != 303 || mark == std::string::npos)
        throw std::runtime_error("the launch did not begin: " + opened.body);
    Begun result{firstPart(opened.headers.find("Set-Cookie").value_or("")),
                 fhir::Query::parse(location.substr(mark + 1))};
    setNonce(result);
    return result;
}

Response LaunchFixture::callback(const Begun& begun, const fhir::Query& parameters,
                                 fhir::Headers headers) {
    setNonce(begun);
    if (!headers.find("Cookie") && !begun.cookie.empty()) headers.set("Cookie", begun.cookie);
    return running.get("/callback?" + parameters.text(), headers);
}

Response LaunchFixture::callback(const Begun& begun) {
    return callback(begun, {{"code", "code-of-the-test"}, {"state", begun.state()}});
}

Page LaunchFixture::launch(const fhir::Headers& browser) {
    const auto begun = begin(browser);
    fhir::Headers headers;
    const auto before = browser.find("Cookie").value_or("");
    headers.set("Cookie", begun.cookie + (before.empty() ? "" : "; " + before));
    return pageOf(
        callback(begun, {{"code", "code-of-the-test"}, {"state", begun.state()}}, headers));
}

Page pageOf(const Response& response) {
    const auto location = response.headers.find("Location").value_or("");
    const auto mark = location.find("#c=");
    if (response.status != 303 || mark == std::string::npos)
        throw std::runtime_error("no page was opened: " + response.body);
    return {firstPart(response.headers.find("Set-Cookie").value_or("")), location.substr(mark + 3)};
}

void checkRefused(LaunchFixture& entry, const Response& response, int status,
                  const std::string& words) {
    CHECK(response.status == status);
    CHECK(response.headers.find("Content-Type").value_or("").starts_with("text/html"));
    CHECK(has(response.body, "What Matters could not be opened"));
    CHECK(has(response.body, words));
    CHECK(has(response.body, response.headers.find("X-Request-Id").value_or("none")));
    const auto policy = response.headers.find("Content-Security-Policy").value_or("");
    CHECK(has(policy, "frame-ancestors 'self' https://ehr.example"));
    CHECK_FALSE(response.headers.find("Set-Cookie"));
    CHECK_FALSE(response.headers.find("Location"));
    const auto log = entry.running.log();
    for (const auto& secret :
         {std::string("code-of-the-test"), std::string("access-token-of-the-test"),
          std::string("patient-1"), std::string("handle-of-the-ehr"), entry.nonce}) {
        INFO(secret);
        CHECK_FALSE((!secret.empty() && has(response.body, secret)));
        CHECK_FALSE((!secret.empty() && has(log, secret)));
    }
}

}  // namespace test
