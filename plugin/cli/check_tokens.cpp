#include "plugin/cli/check_tokens.h"

#include <algorithm>

#include "fhir/base/error.h"

namespace plugin::cli {
namespace {

using fhir::smart::ResourceScope;

CheckStep noToken(const Connection& connection) {
    return {"skip", "auth.method is " + connection.settings.auth.method + ": no token is used"};
}

fhir::Deadline deadlineOf(const Connection& connection) {
    return fhir::deadlineIn(connection.settings.profile.timeout);
}

/// The name of a method in the server's lists (RFC 7591, section 2).
std::string listedName(std::string method) {
    std::replace(method.begin(), method.end(), '-', '_');
    return method;
}

bool isMissingFrom(const std::vector<std::string>& list, std::string_view name) {
    return !list.empty() && std::find(list.begin(), list.end(), name) == list.end();
}

std::vector<std::string> wordsOf(const fhir::smart::Scopes& scopes) {
    std::vector<std::string> words = scopes.others;
    for (const auto& scope : scopes.resources)
        words.push_back(fhir::smart::Scopes{{scope}, {}}.text(fhir::smart::ScopeSyntax::V2));
    return words;
}

CheckStep judge(const fhir::smart::SmartConfiguration& found, const AuthSettings& auth) {
    const auto url = auth.tokenUrl ? auth.tokenUrl : found.tokenEndpoint;
    if (!url) return {"fail", "the server names no https token address; set auth.tokenUrl"};
    if (found.source == fhir::smart::SmartConfiguration::Source::CapabilityStatement)
        return {"warn",
                "there is no .well-known/smart-configuration; the CapabilityStatement "
                "says that tokens are at " +
                    url->origin()};
    if (isMissingFrom(found.tokenAuthMethods, listedName(auth.method)))
        return {"warn", "the server does not list " + listedName(auth.method) +
                            " among token_endpoint_auth_methods_supported"};
    const auto algorithm = fhir::smart::toString(auth.identity.algorithm);
    if (auth.method == "private-key-jwt" && isMissingFrom(found.signingAlgorithms, algorithm))
        return {"warn",
                "the server does not list " + std::string(algorithm) +
                    " among token_endpoint_auth_signing_alg_values_supported; see auth.algorithm"};
    return {"pass", "tokens are at " + url->origin()};
}

}  // namespace

CheckStep checkSmartConfiguration(const Connection& connection) {
    const auto& auth = connection.settings.auth;
    if (!auth.usesTokens()) return noToken(connection);
    try {
        return judge(*connection.discovery->get(deadlineOf(connection)), auth);
    } catch (const fhir::Error& error) {
        if (error.kind() != fhir::ErrorKind::NotFound || !auth.tokenUrl) throw;
        return {"warn", "the server does not say where tokens are; auth.tokenUrl is used"};
    }
}

CheckStep checkToken(const Connection& connection) {
    if (!connection.tokens) return noToken(connection);
    const auto grant = connection.tokens->grant(deadlineOf(connection));
    const auto seconds = std::to_string(grant->lifetime.count()) + " seconds";
    if (!grant->lifetimeWasSaid)
        return {"warn", "the server gave a token without expires_in; " + seconds + " are assumed"};
    return {"pass", "the server gave a token for " + seconds};
}

CheckStep checkScopes(const Connection& connection) {
    if (!connection.tokens) return noToken(connection);
    const auto grant = connection.tokens->grant(deadlineOf(connection));
    const auto granted = wordsOf(grant->granted);
    const auto count = std::to_string(granted.size()) + " granted";
    if (grant->missing.empty()) return {"pass", count + ", none missing", granted};
    // Without these no ward and no words can be read; the rest only takes ways to write.
    const auto isVital = [](const ResourceScope& scope) {
        return (scope.permissions & (ResourceScope::kRead | ResourceScope::kSearch)) != 0 &&
               (scope.type == "Patient" || scope.type == "Encounter" ||
                scope.type == "Observation" || scope.type == "*");
    };
    const auto& missing = grant->missing.resources;
    const bool fails = std::any_of(missing.begin(), missing.end(), isVital);
    return {fails ? "fail" : "warn",
            count + ", not granted: " + grant->missing.text(fhir::smart::ScopeSyntax::V2) +
                "; ask the server's administrator for it, or take what needs it out of the "
                "configuration" +
                (connection.settings.auth.scopes ? "; see that auth.scopes asks for it" : ""),
            granted};
}

}  // namespace plugin::cli
