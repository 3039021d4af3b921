#include "plugin/cds/token_check.h"

#include <algorithm>
#include <array>

#include "fhir/base/error.h"
#include "fhir/base/log.h"

namespace plugin::cds {
namespace {

using fhir::Error;
using fhir::ErrorKind;
namespace smart = fhir::smart;

/// RS512 is known to fhir::smart and not asked for by anybody here: the fewer, the better.
constexpr std::array kAlgorithms{smart::Algorithm::ES256, smart::Algorithm::ES384,
                                 smart::Algorithm::RS256, smart::Algorithm::RS384};
constexpr std::size_t kJtiBytesMax = 512;
constexpr std::chrono::seconds kLeeway{60};

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorKind::Unauthorized, why);
}

smart::Jws parse(const std::string& token) {
    try {
        return smart::Jws::parse(token);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        refuse(std::string("the token is malformed: ") + error.what());
    }
}

fhir::json::Document claimsOf(const smart::Jws& token) {
    try {
        auto document = fhir::json::Document::parse(token.payload());
        if (document.root().isObject()) return document;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
    }
    refuse("the token's claims are no JSON object");
}

std::string claim(const fhir::json::Value& claims, const char* name) {
    const auto value = claims.find(name);
    return value && value->isString() ? value->string() : std::string();
}

}  // namespace

struct TokenCheck::Trusted {
    const Connection* connection = nullptr;
    CdsIssuer issuer;
    fhir::Url jku{};
    smart::JwkSet keys{};  ///< where there is no jku
    std::unique_ptr<smart::JwksCache> cache{};
};

TokenCheck::TokenCheck(const Connections& connections, fhir::Clock clock)
    : clock_(std::move(clock)) {
    for (const auto& [id, connection] : connections)
        for (const auto& issuer : connection.settings.cds.issuers) {
            auto trusted = std::make_unique<Trusted>(Trusted{&connection, issuer});
            if (issuer.jku.empty()) {
                trusted->keys = smart::JwkSet::parse(issuer.jwks);
            } else {
                trusted->jku = fhir::Url::parse(issuer.jku);
                trusted->cache = std::make_unique<smart::JwksCache>(*connection.transport, clock_);
            }
            trusted_.push_back(std::move(trusted));
        }
}

TokenCheck::~TokenCheck() = default;

std::optional<smart::Key> TokenCheck::keyOf(const Trusted& trusted, const smart::JwsHeader& header,
                                            fhir::Deadline deadline) const {
    if (!trusted.cache) return trusted.keys.find(header.kid, header.algorithm);
    try {
        return trusted.cache->find(trusted.jku, header.kid, header.algorithm, deadline);
    } catch (const Error& error) {
        fhir::log::warning("the keys of a caller could not be had",
                           {{"kind", fhir::toString(error.kind())}, {"why", error.what()}});
        throw Error(ErrorKind::Unavailable,
                    "the keys of the caller could not be had in time; try again");
    }
}

CheckedToken TokenCheck::check(const std::string& token, const std::string& address,
                               fhir::Deadline deadline) const {
    const auto jws = parse(token);
    const auto& header = jws.header();
    if (std::find(kAlgorithms.begin(), kAlgorithms.end(), header.algorithm) == kAlgorithms.end())
        refuse("the token is signed by an algorithm that is not accepted");
    if (!header.type.empty() && !fhir::equalsIgnoringCase(header.type, "JWT"))
        refuse("the token is of another type than JWT");
    const auto document = claimsOf(jws);
    const auto claims = document.root();

    CheckedToken result;
    result.iss = claim(claims, "iss");
    result.jti = claim(claims, "jti");
    if (result.jti.empty()) refuse("the token has no jti");
    if (result.jti.size() > kJtiBytesMax) refuse("the token's jti is too long");
    // The first reason counts where none of the connections takes the token: a second one that
    // lists the same issuer must not make it look as if there were no such issuer.
    std::string why = "the token's issuer is not on the list";
    for (const auto& trusted : trusted_) {
        if (trusted->issuer.iss != result.iss) continue;
        if (!header.jku.empty() && header.jku != trusted->issuer.jku) {
            why = "the token names another place for its keys than the list";
            continue;
        }
        auto audiences = trusted->connection->settings.cds.audiences;
        audiences.push_back(address);
        const auto times = smart::checkClaims(
            claims, {.issuer = result.iss, .audiences = audiences, .leeway = kLeeway},
            clock_.now());
        const auto key = keyOf(*trusted, header, deadline);
        if (!key) {
            why = "no key of the issuer has the token's kid and fits its algorithm";
            continue;
        }
        if (!jws.isSignedBy(*key, kAlgorithms)) {
            why = "the token's signature is not the issuer's";
            continue;
        }
        result.expires = times.expires + kLeeway;
        result.connections.push_back(trusted->connection);
    }
    if (result.connections.empty()) refuse(why);
    return result;
}

}  // namespace plugin::cds
