#include "plugin/fhir_api/callers.h"

#include <algorithm>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "fhir/smart/jws.h"
#include "plugin/connections/connections.h"
#include "plugin/settings/settings.h"
#include "plugin/store/database.h"

namespace plugin::fhir_api {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::smart::ResourceScope;

constexpr std::chrono::seconds kPatience{5};

[[noreturn]] void refuse(const http_server::Request& request, const std::string& why) {
    fhir::log::warning("companion refused", {{"request", request.id}, {"why", why}});
    throw Error(ErrorKind::Unauthorized, "The companion answers callers with a valid token only.");
}

std::string tokenOf(const http_server::Request& request) {
    const auto header = request.headers.find("Authorization").value_or("");
    constexpr std::string_view kScheme = "Bearer ";
    if (header.size() <= kScheme.size() ||
        !fhir::equalsIgnoringCase(std::string_view(header).substr(0, kScheme.size()), kScheme))
        return {};
    return header.substr(kScheme.size());
}

bool opens(const ResourceScope& scope, std::string_view type, std::uint8_t permission) {
    // A scope narrowed by a query would open less than what is handed out.
    return (scope.type == "*" || scope.type == type) && (scope.permissions & permission) != 0 &&
           scope.query.empty();
}

/// The issuer that a token says it is of, unchecked: it only tells whom to ask.
std::string issuerOf(std::string_view token) {
    try {
        const auto jws = fhir::smart::Jws::parse(std::string(token));
        const auto claims = fhir::json::Document::parse(std::string(jws.payload()));
        return claims.root().findString("iss").value_or("");
    } catch (const Error&) {
        return {};  // not of the kind that says
    }
}

struct Addresses {
    fhir::Url introspection, token;
};

/// Where tokens are introspected and had: what the site says, else what the EHR says.
Addresses addressesOf(const Connection& connection, fhir::Deadline deadline) {
    auto introspection = connection.settings.companion->introspectionUrl;
    auto token = connection.settings.auth.tokenUrl;
    if (!introspection || !token) {
        try {
            const auto known = connection.discovery->get(deadline);
            if (!introspection) introspection = known->introspectionEndpoint;
            if (!token) token = known->tokenEndpoint;
        } catch (const Error& error) {
            // Where the site says whom to ask, a server of the first age needs no discovery.
            if (!introspection || isRetryable(error.kind())) throw;
        }
    }
    if (!introspection)
        throw Error(ErrorKind::Unavailable,
                    "the EHR does not say where tokens are introspected; set "
                    "companion.introspectionUrl");
    return {*introspection, token.value_or(*introspection)};
}

fhir::smart::Introspected introspectedBy(const Connection& connection, const fhir::Secret& token,
                                         fhir::Instant now, fhir::Deadline deadline) {
    try {
        const auto addresses = addressesOf(connection, deadline);
        return fhir::smart::introspect(*connection.transport, addresses.introspection,
                                       identityOf(connection.settings.auth, now), addresses.token,
                                       token, now, deadline);
    } catch (const Error& error) {
        if (fhir::httpStatus(error.kind()) >= 500) throw;
        // What a server has against us is no word about who asks us.
        throw Error(ErrorKind::Unavailable, error.what());
    }
}

}  // namespace

std::string Caller::subjectFor(std::string_view type, std::uint8_t permission) const {
    if (isFree_) return {};
    bool isOfPatient = false;
    for (const auto& scope : token_.scopes.resources) {
        if (!opens(scope, type, permission)) continue;
        if (scope.level == "system") return {};
        isOfPatient = isOfPatient || !token_.patient.empty();
    }
    if (!isOfPatient)
        throw Error(ErrorKind::Forbidden,
                    "the token has no scope that lets " + std::string(type) + " be " +
                        (permission == ResourceScope::kRead ? "read" : "searched") + " here");
    return "Patient/" + token_.patient;
}

Caller Callers::callerOf(const http_server::Request& request) {
    const auto asks = [](const auto& entry) { return entry.second.settings.companion.has_value(); };
    if (std::none_of(uses_.connections.begin(), uses_.connections.end(), asks)) {
        if (uses_.settings.development) return Caller::anybody();
        refuse(request, "no connection has a \"companion\" that says whom to ask about tokens");
    }
    const auto token = tokenOf(request);
    if (token.empty()) refuse(request, "the request has no token");
    const auto name = uses_.database.vault().hash("companion-token", token);
    auto answer = find(name);
    if (!answer) {
        const auto& connection = connectionOf(token);
        answer = ask(connection, fhir::Secret(token), request);
        remember(name, *answer);
    }
    const auto& expires = answer->token.expires;
    if (!answer->token.active || (expires && *expires <= uses_.clock.now()))
        refuse(request, "the token does not count, or not any more");
    return {answer->connection, answer->token};
}

const Connection& Callers::connectionOf(std::string_view token) const {
    const Connection* only = nullptr;
    std::size_t count = 0;
    const auto issuer = issuerOf(token);
    for (const auto& [id, connection] : uses_.connections) {
        const auto& settings = connection.settings.companion;
        if (!settings) continue;
        if (!issuer.empty() && settings->issuer == issuer) return connection;
        only = &connection;
        ++count;
    }
    // A token goes only to the server that it may be of.
    if (count != 1 || (!only->settings.companion->issuer.empty() && !issuer.empty()))
        throw Error(ErrorKind::Unauthorized, "this token is of no server that is trusted here");
    return *only;
}

Callers::Remembered Callers::ask(const Connection& connection, const fhir::Secret& token,
                                 const http_server::Request& request) const {
    requireMayWait(request);
    const auto turn = asking_.take(request.clientAddress, uses_.clock.steady());
    if (!turn)
        throw Error(ErrorKind::Unavailable,
                    "too many tokens are asked about; please try again soon");
    Remembered answer{
        connection.settings.id,
        introspectedBy(connection, token, uses_.clock.now(), request.received + kPatience),
        uses_.clock.steady() + kTrustedFor};
    const auto& audience = connection.settings.companion->audience;
    const auto& given = answer.token.audiences;
    if (!audience.empty() && std::find(given.begin(), given.end(), audience) == given.end())
        answer.token.active = false;  // a token for another server opens nothing here
    return answer;
}

std::optional<Callers::Remembered> Callers::find(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = remembered_.find(name);
    if (found == remembered_.end() || found->second.until <= uses_.clock.steady())
        return std::nullopt;
    return found->second;
}

void Callers::remember(const std::string& name, const Remembered& answer) {
    const std::lock_guard lock(mutex_);
    if (remembered_.size() >= kRememberedMax) {
        const auto now = uses_.clock.steady();
        std::erase_if(remembered_, [&](const auto& one) { return one.second.until <= now; });
        if (remembered_.size() >= kRememberedMax)
            remembered_.clear();  // they are asked about again
    }
    remembered_[name] = answer;
}

}  // namespace plugin::fhir_api
