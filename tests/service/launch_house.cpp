#include "tests/service/launch_house.h"

#include "fhir/smart/jwk_set.h"
#include "fhir/smart/jwt.h"

namespace tests {
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

LaunchHouse::LaunchHouse(int patients, const std::string& more)
    : house({.patients = patients,
             .connection = kLaunch + more + "}",
             .ehrSecondsMax = kSecondsMax}) {
    house.ehr.fail([this](Connection& connection, const std::string& line) {
        return answer(connection, line);
    });
}

std::int64_t LaunchHouse::now() {
    return fhir::smart::toNumericDate(std::chrono::system_clock::now());
}

std::string LaunchHouse::makeIdToken(const Json& claims, const fhir::smart::Key& signer,
                                     const std::string& kid, fhir::smart::Algorithm algorithm) {
    Json all{{"iss", inQuotes(house.ehr.base())},
             {"sub", inQuotes("nurse-1")},
             {"aud", inQuotes("whatmatters")},
             {"iat", std::to_string(now())},
             {"exp", std::to_string(now() + 300)},
             {"nonce", inQuotes(nonce)},
             {"fhirUser", inQuotes("Practitioner/practitioner-1")}};
    put(all, claims);
    return fhir::smart::sign({.algorithm = algorithm, .kid = kid, .jku = {}}, toJson(all), signer);
}

bool LaunchHouse::answer(Connection& connection, const std::string& line) {
    const auto origin = fhir::Url::parse(house.ehr.base()).origin();
    const auto json = [&](int status, const std::string& body) {
        connection.send(tests::answer(status, body, "Content-Type: application/json\r\n"));
        return true;
    };
    if (line.starts_with("GET /fhir/.well-known/smart-configuration"))
        return json(200, R"({"issuer":")" + house.ehr.base() + R"(","jwks_uri":")" + origin +
                             R"(/auth/jwks","authorization_endpoint":")" + origin +
                             R"(/auth/authorize?tenant=1","token_endpoint":")" + origin +
                             R"(/auth/token","scopes_supported":["online_access"],)"
                             R"("capabilities":["launch-ehr","permission-v2"]})");
    if (line.starts_with("GET /auth/jwks"))
        return json(200,
                    fhir::smart::JwkSet({{key, "key-1", fhir::smart::Algorithm::ES384}}).toJson());
    if (!line.starts_with("POST /auth/token")) return false;
    if (says.isSilent) {
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
                inQuotes(says.idToken.empty() ? makeIdToken(says.claims, key) : says.idToken)}};
    put(token, says.token);
    return json(says.status, toJson(token));
}

Begun LaunchHouse::begin(const fhir::Headers& browser) {
    const fhir::Query query{{"iss", house.ehr.base()}, {"launch", "handle-of-the-ehr"}};
    const auto response = house.get("/launch?" + query.text(), browser);
    const auto location = response.headers.find("Location").value_or("");
    const auto mark = location.find('?');
    if (response.status != 303 || mark == std::string::npos)
        throw std::runtime_error("the launch did not begin: " + response.body);
    Begun begun{firstPart(response.headers.find("Set-Cookie").value_or("")),
                fhir::Query::parse(location.substr(mark + 1))};
    nonce = begun.query.find("nonce").value_or("");
    return begun;
}

Response LaunchHouse::callback(const Begun& begun, const fhir::Query& parameters,
                               fhir::Headers headers) {
    nonce = begun.query.find("nonce").value_or("");
    if (!headers.find("Cookie") && !begun.cookie.empty()) headers.set("Cookie", begun.cookie);
    return house.get("/callback?" + parameters.text(), headers);
}

Response LaunchHouse::callback(const Begun& begun) {
    return callback(begun, {{"code", "code-of-the-test"}, {"state", begun.state()}});
}

Page LaunchHouse::launch(const fhir::Headers& browser) {
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

}  // namespace tests
