#include "fhir/smart/jwt.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "fhir/base/error.h"

namespace fhir::smart {
namespace {

using std::chrono::seconds;

constexpr double kYear10000 = 253'402'300'800.0;
/// In 2255: an Instant holds little more, and a leeway is added.
constexpr double kLatest = 9'000'000'000.0;
constexpr int kAudiencesMax = 50;

[[noreturn]] void refuse(const char* claim, const std::string& why) {
    throw Error(ErrorKind::Unauthorized, "the token's claim " + std::string(claim) + " " + why,
                std::string("/") + claim);
}

/// What `read` gives; a claim of the wrong shape is a token that does not count.
template <class Read>
auto claim(const char* name, Read read) {
    try {
        return read();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        refuse(name, "is not what RFC 7519 says that it is");
    }
}

std::optional<Instant> findTime(const json::Value& claims, const char* name) {
    return claim(name, [&]() -> std::optional<Instant> {
        const auto value = claims.find(name);
        return value ? std::optional(numericDate(*value)) : std::nullopt;
    });
}

std::vector<std::string> audiencesOf(const json::Value& claims) {
    return claim("aud", [&] {
        std::vector<std::string> audiences;
        const auto value = claims.find("aud");
        if (!value) return audiences;
        if (!value->isArray()) return std::vector{value->string()};
        int left = kAudiencesMax;
        for (const auto one : value->array()) {
            if (left-- == 0) value->refuse("has too many");
            audiences.push_back(one.string());
        }
        return audiences;
    });
}

void checkIssuer(const json::Value& claims, const std::string& issuer) {
    if (issuer.empty()) return;
    const auto given = claim("iss", [&] { return claims.findString("iss"); });
    if (given != issuer) refuse("iss", given ? "names another issuer" : "is missing");
}

void checkAudience(const json::Value& claims, const std::vector<std::string>& ours) {
    const auto audiences = audiencesOf(claims);
    if (audiences.empty()) refuse("aud", "is missing");
    const bool isOurs = std::any_of(audiences.begin(), audiences.end(), [&](const auto& one) {
        return std::find(ours.begin(), ours.end(), one) != ours.end();
    });
    if (!isOurs) refuse("aud", "names another audience");
}

}  // namespace

Instant numericDate(const json::Value& value) {
    const auto text = value.number();
    double number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, number);
    if (fault != std::errc() || stop != end || !(number >= 0 && number < kYear10000))
        value.refuse("is no time between 1970 and 9999");
    return Instant(seconds(static_cast<std::int64_t>(std::floor(std::min(number, kLatest)))));
}

std::int64_t toNumericDate(Instant instant) noexcept {
    return std::chrono::floor<seconds>(instant.time_since_epoch()).count();
}

TokenTimes checkClaims(const json::Value& claims, const ClaimRules& rules, Instant now) {
    if (!claims.isObject())
        throw Error(ErrorKind::Unauthorized, "the token's payload is no JSON object");
    checkIssuer(claims, rules.issuer);
    checkAudience(claims, rules.audiences);
    const auto expires = findTime(claims, "exp");
    const auto issued = findTime(claims, "iat");
    const auto notBefore = findTime(claims, "nbf");
    if (!expires) refuse("exp", "is missing");
    if (*expires + rules.leeway <= now) refuse("exp", "is over: the token has expired");
    if (notBefore && *notBefore - rules.leeway > now) refuse("nbf", "lies ahead of our clock");
    if (issued && *issued - rules.leeway > now) refuse("iat", "lies ahead of our clock");
    if (!issued && rules.needsIssuedAt) refuse("iat", "is missing");
    if (*expires - issued.value_or(now) > rules.lifetimeMax + rules.leeway)
        refuse("exp", "lies further ahead than a token may live");
    return {*expires, issued};
}

}  // namespace fhir::smart
