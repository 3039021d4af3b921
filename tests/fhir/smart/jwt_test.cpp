#include "fhir/smart/jwt.h"

#include "tests/support/thrown.h"

namespace jwt_test {

using fhir::Instant;
using fhir::smart::ClaimRules;
using std::chrono::seconds;

namespace {

constexpr std::int64_t kNow = 1'795'550'400;  // 2026-11-24T20:00:00Z

Instant at(std::int64_t second) {
    return Instant(seconds(second));
}

ClaimRules rules() {
    return {.issuer = "https://ehr.example", .audiences = {"us", "https://us.example/hook"}};
}

fhir::smart::TokenTimes check(const std::string& claims, const ClaimRules& wanted = rules(),
                              std::int64_t now = kNow) {
    const auto document = fhir::json::Document::parse(claims);
    return fhir::smart::checkClaims(document.root(), wanted, at(now));
}

/// Claims that count, with other members after `"exp":…,`; an own `exp` where one is given.
std::string claims(const std::string& others, std::int64_t expires = kNow + 300) {
    return R"({"iss":"https://ehr.example","aud":"us","exp":)" + std::to_string(expires) + others +
           "}";
}

}  // namespace

TEST_CASE("jwt: a token that says what it must counts", "[smart]") {
    const auto audience = GENERATE(as<std::string>(), R"("us")", R"(["us"])",
                                   R"(["them","https://us.example/hook"])");
    const auto text = R"({"iss":"https://ehr.example","aud":)" + audience +
                      R"(,"exp":1795550700,"iat":1795550390.5,"nbf":1795550390})";

    const auto times = check(text);

    CHECK(times.expires == at(1795550700));
    CHECK(times.issued == at(1795550390));
}

TEST_CASE("jwt: each claim that is wrong refuses the token and is named", "[smart]") {
    const auto [text, path] = GENERATE(table<std::string, std::string>({
        {R"({"aud":"us","exp":1795550700})", "/iss"},
        {R"({"iss":"https://ehr.example/","aud":"us","exp":1795550700})", "/iss"},
        {R"({"iss":["https://ehr.example"],"aud":"us","exp":1795550700})", "/iss"},
        {R"({"iss":"https://ehr.example","exp":1795550700})", "/aud"},
        {R"({"iss":"https://ehr.example","aud":"US","exp":1795550700})", "/aud"},
        {R"({"iss":"https://ehr.example","aud":[],"exp":1795550700})", "/aud"},
        {R"({"iss":"https://ehr.example","aud":["them"],"exp":1795550700})", "/aud"},
        {R"({"iss":"https://ehr.example","aud":["us",7],"exp":1795550700})", "/aud"},
        {R"({"iss":"https://ehr.example","aud":{"us":1},"exp":1795550700})", "/aud"},
        {R"({"iss":"https://ehr.example","aud":"us"})", "/exp"},
        {R"({"iss":"https://ehr.example","aud":"us","exp":"1795550700"})", "/exp"},
        {R"({"iss":"https://ehr.example","aud":"us","exp":-1})", "/exp"},
        {R"({"iss":"https://ehr.example","aud":"us","exp":1e300})", "/exp"},
        {R"({"iss":"https://ehr.example","aud":"us","exp":1795550700,"iat":true})", "/iat"},
        {"[]", ""},
        {"7", ""},
    }));
    const auto error = test::thrown([text = text] { check(text); });

    CHECK(error.kind() == fhir::ErrorKind::Unauthorized);
    CHECK(error.path() == path);
    CHECK(std::string(error.what()).find("example") == std::string::npos);
}

TEST_CASE("jwt: times hold to the second, with the leeway", "[smart]") {
    const auto [others, expires, path] = GENERATE(table<std::string, std::int64_t, std::string>({
        {"", kNow - 59, ""},
        {"", kNow - 60, "/exp"},
        {R"(,"nbf":1795550460)", kNow + 300, ""},
        {R"(,"nbf":1795550461)", kNow + 300, "/nbf"},
        {R"(,"iat":1795550460)", kNow + 300, ""},
        {R"(,"iat":1795550461)", kNow + 300, "/iat"},
        {"", kNow + 86'400 + 60, ""},
        {"", kNow + 86'400 + 61, "/exp"},
        {R"(,"iat":1795550300)", kNow - 100 + 86'400 + 60, ""},
        {R"(,"iat":1795550300)", kNow - 100 + 86'400 + 61, "/exp"},
    }));
    const auto text = claims(others, expires);

    if (path.empty())
        CHECK(check(text).expires == at(expires));
    else
        CHECK(test::thrown([&] { check(text); }).path() == path);
}

TEST_CASE("jwt: what a caller asks for besides", "[smart]") {
    auto wanted = rules();
    wanted.needsIssuedAt = true;
    CHECK(test::thrown([&] { check(claims(""), wanted); }).path() == "/iat");
    CHECK_NOTHROW(check(claims(R"(,"iat":1795550400)"), wanted));

    wanted = rules();
    wanted.issuer.clear();
    CHECK_NOTHROW(check(R"({"aud":"us","exp":1795550700})", wanted));

    wanted = rules();
    wanted.lifetimeMax = seconds(300);
    CHECK(test::thrown([&] { check(claims("", kNow + 361), wanted); }).path() == "/exp");

    wanted.audiences.clear();
    CHECK(test::thrown([&] { check(claims(""), wanted); }).path() == "/aud");
}

TEST_CASE("jwt: seconds since 1970, both ways", "[smart]") {
    CHECK(fhir::smart::toNumericDate(at(kNow)) == kNow);
    CHECK(fhir::smart::toNumericDate(at(kNow) + std::chrono::milliseconds(999)) == kNow);
    const auto document = fhir::json::Document::parse("[1795550400.999, 0, 253402300799]");
    std::vector<Instant> read;
    for (const auto one : document.root().array()) read.push_back(fhir::smart::numericDate(one));
    CHECK(read == std::vector{at(kNow), at(0), at(9'000'000'000)});
}

}  // namespace jwt_test
