#include "adapters/simulator/authorization.h"

#include <algorithm>
#include <sstream>

#include "adapters/simulator/bulk_exports.h"
#include "adapters/simulator/respond.h"
#include "fhir/base/error.h"
#include "fhir/smart/jwt.h"

namespace adapters::simulator {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::http::Request;
using fhir::http::Response;
using fhir::smart::ResourceScope;
using fhir::smart::Scopes;

constexpr std::string_view kTokenPath = "/auth/token";
constexpr std::string_view kIntrospectionPath = "/auth/introspect";
constexpr std::string_view kConfigurationPath = "/.well-known/smart-configuration";

/// Which permission a request needs whose path below the base is this (SMART, scopes).
std::uint8_t permissionFor(const Request& request, const std::vector<std::string>& path) {
    const bool isPostedSearch = path.back() == "_search";
    if (request.method == "POST" && !isPostedSearch) return ResourceScope::kCreate;
    if (request.method == "PUT" || request.method == "PATCH") return ResourceScope::kUpdate;
    if (request.method == "DELETE") return ResourceScope::kDelete;
    return path.size() == 1 || isPostedSearch ? ResourceScope::kSearch : ResourceScope::kRead;
}

bool isOpen(const std::vector<std::string>& path) {
    return !path.empty() && (path.front() == "metadata" || path.front() == ".well-known" ||
                             path.front() == kExportStorage);
}

/// What a client may do with a type, as the letters of SMART.
std::string actionsOn(std::string_view type, const Scopes& scopes) {
    constexpr std::string_view kLetters = "cruds";
    unsigned permissions = 0;
    for (const auto& scope : scopes.resources)
        if (scope.type == "*" || scope.type == type) permissions |= scope.permissions;
    std::string actions;
    for (std::size_t at = 0; at < kLetters.size(); ++at)
        if ((permissions >> at & 1U) != 0) actions += kLetters[at];
    return actions;
}

fhir::Url withoutLastSlash(fhir::Url base) {
    while (base.path.ends_with('/')) base.path.pop_back();
    return base;
}

}  // namespace

AuthorizationOptions AuthorizationOptions::fromJson(const fhir::json::Value& json) {
    AuthorizationOptions options;
    options.required = true;
    if (const auto seconds = json.findInteger("tokenSeconds")) {
        if (*seconds < 1 || *seconds > 86'400)
            json.at("tokenSeconds").refuse("must be from 1 to 86400");
        options.tokenLifetime = std::chrono::seconds(*seconds);
    }
    for (const auto one : json.findArray("clients")) {
        RegisteredClient client;
        client.clientId = one.at("clientId").string();
        client.secret = fhir::Secret(one.findString("secret").value_or(""));
        if (const auto url = one.findString("jwksUrl")) client.jwksUrl = fhir::Url::parse(*url);
        if (const auto keys = one.find("jwks")) client.keys = fhir::smart::JwkSet::fromJson(*keys);
        client.scopes = Scopes::parseSetting(one.findString("scope").value_or("system/*.cruds"));
        options.clients.push_back(std::move(client));
    }
    return options;
}

Authorization::Authorization(fhir::Url base, const TokenRules& rules,
                             std::vector<std::string_view> types,
                             const AuthorizationOptions& options, Launches::Ehr ehr,
                             fhir::Clock clock, std::function<std::string()> newToken)
    : base_(withoutLastSlash(std::move(base))),
      rules_(rules),
      types_(std::move(types)),
      required_(options.required),
      firstTokenRequests_(options.firstTokenRequests),
      lifetime_{options.tokenLifetime.value_or(rules.lifetime), options.saysLifetime},
      clock_(std::move(clock)),
      clients_(rules, options.clients, options.transport, clock_),
      tokens_(clock_, std::move(newToken)),
      launches_(base_, std::move(ehr), tokens_, lifetime_, clock_) {}

void Authorization::registerApp(App app) {
    clients_.add({.clientId = app.clientId});
    launches_.registerApp(std::move(app));
}

std::optional<Response> Authorization::page(const Request& request) {
    return launches_.page(request);
}

std::optional<Response> Authorization::answer(const Request& request) {
    const auto& path = request.url.path;
    if (path == base_.path + std::string(kConfigurationPath)) return configuration();
    if (path != kTokenPath && path != kIntrospectionPath) return std::nullopt;
    try {
        return path == kTokenPath ? token(request) : introspection(request);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Unauthorized || error.kind() == ErrorKind::Refused)
            return oauthError(error);
        return oauthError(Error(ErrorKind::Refused, error.what(), "invalid_request"));
    }
}

Response Authorization::configuration() const {
    const bool launches = launches_.hasApp();
    fhir::json::Writer writer;
    const auto list = [&](const char* name, std::vector<std::string_view> values,
                          const std::vector<std::string_view>& more = {}) {
        values.insert(values.end(), more.begin(), more.end());
        writer.key(name).beginArray();
        for (const auto value : values) writer.string(value);
        writer.endArray();
    };
    writer.beginObject()
        .member("issuer", base_.text())
        .member("token_endpoint", address(kTokenPath))
        .member("introspection_endpoint", address(kIntrospectionPath));
    using Words = std::vector<std::string_view>;
    auto methods = rules_.methods;
    if (clients_.hasPublic()) methods.emplace_back("none");
    Words grants{"client_credentials"};
    if (launches) {
        writer.member("jwks_uri", address(Launches::kKeysPath))
            .member("authorization_endpoint", address(Launches::kAuthorizePath))
            .member("authorization_response_iss_parameter_supported", true);  // RFC 9207
        grants.insert(grants.end(), {"authorization_code", "refresh_token"});
        list("response_types_supported", {"code"});
        list("scopes_supported", {"launch", "openid", "fhirUser", "online_access", "user/*.cruds"});
    }
    list("grant_types_supported", grants);
    list("token_endpoint_auth_methods_supported", methods);
    list("token_endpoint_auth_signing_alg_values_supported", rules_.algorithms);
    list("code_challenge_methods_supported", {"S256"});
    list("capabilities", rules_.capabilities,
         launches
             ? Words{"launch-ehr", "sso-openid-connect", "context-ehr-patient",
                     "context-ehr-encounter", "context-banner", "context-style", "permission-user",
                     clients_.hasPublic() ? "client-public" : "client-confidential-symmetric"}
             : Words{});
    auto response = oauthAnswer(200, writer.endObject().take());
    response.headers.set("Cache-Control", "max-age=60");
    return response;
}

Response Authorization::token(const Request& request) {
    const auto form = formOf(request);
    const auto grant = at(form, "grant_type");
    const bool isOfLaunch = grant == "authorization_code" || grant == "refresh_token";
    if (!isOfLaunch && grant != "client_credentials")
        refuse("unsupported_grant_type", "this grant type is not offered");
    const auto client = clients_.clientOf(request, form, address(kTokenPath));
    if (isOfLaunch)
        return grant == "refresh_token" ? launches_.refresh(client.clientId, form)
                                        : launches_.exchange(client.clientId, form);
    if (client.isPublic())
        refuse("unauthorized_client", "a client without a key or a secret gets nothing for itself");
    const auto scope = granted(client, at(form, "scope"));
    IssuedToken issued{client.clientId, scope, clock_.now() + lifetime_.span};
    if (tokens_.issued() == 0) issued.requestsLeft = firstTokenRequests_;
    fhir::json::Writer writer;
    writer.beginObject()
        .member("access_token", tokens_.issue(std::move(issued)))
        .member("token_type", "bearer")
        .member("scope", scope);
    if (lifetime_.isSaid) writer.member("expires_in", std::int64_t{lifetime_.span.count()});
    return oauthAnswer(200, writer.endObject().take());
}

/// RFC 7662 and SMART, token introspection.
Response Authorization::introspection(const Request& request) const {
    const auto found = tokens_.find(at(formOf(request), "token"));
    const bool isActive = found && !tokens_.hasExpired(*found);
    fhir::json::Writer writer;
    writer.beginObject().member("active", isActive);
    if (isActive) {
        writer.member("scope", found->scope)
            .member("client_id", found->clientId)
            .member("exp", fhir::smart::toNumericDate(found->expires))
            .member("iss", base_.text())
            .member("patient", found->patient)
            .member("encounter", found->encounter);
        if (!found->user.empty())
            writer.member("sub", Launches::subjectOf(found->user))
                .member("fhirUser", base_.text() + "/" + found->user);
    }
    return oauthAnswer(200, writer.endObject().take());
}

/// What the client is given of what it asked for, in the vendor's form.
std::string Authorization::granted(const RegisteredClient& client, const std::string& asked) const {
    if (asked.empty() && rules_.scopeRequired) refuse("invalid_scope", "scope is missing");
    std::vector<Grantable> grantable;
    for (const auto type : types_)
        if (auto actions = actionsOn(type, client.scopes); !actions.empty())
            grantable.push_back({type, std::move(actions)});
    // Only what a client is for itself: nobody is signed in, and there is no patient.
    std::string own;
    std::istringstream words{asked};
    for (std::string word; words >> word;) {
        const auto resources = Scopes::parse(word).resources;
        if (!resources.empty() && resources.front().level == "system")
            own += (own.empty() ? "" : " ") + word;
    }
    auto scope = own.empty() && !asked.empty() ? "" : grantedScopes(rules_, grantable, own);
    if (scope.empty()) refuse("invalid_scope", "none of the scopes can be granted to this client");
    return scope;
}

std::optional<TokenRefusal> Authorization::refusal(const Request& request) {
    const auto path = pathBelow(request.url.path, base_.path);
    if (!path || isOpen(*path)) return std::nullopt;
    const auto shown = bearerOf(request);
    const auto token = tokens_.find(shown);
    if (!token && !required_) return std::nullopt;
    if (shown.empty()) return TokenRefusal{401, "", "this server wants a bearer token"};
    if (!token || tokens_.hasExpired(*token))
        return TokenRefusal{401, "invalid_token", "the token is unknown or has expired"};
    tokens_.use(shown);
    // A page of a search, an export under way: whoever has a token was let in before.
    if (path->empty() || std::find(types_.begin(), types_.end(), path->front()) == types_.end())
        return std::nullopt;
    const auto permission = permissionFor(request, *path);
    for (const auto& scope : Scopes::parse(token->scope).resources)
        if ((scope.type == "*" || scope.type == path->front()) &&
            (scope.permissions & permission) != 0)
            return std::nullopt;
    return TokenRefusal{403, "insufficient_scope", "the token's scopes do not cover this"};
}

}  // namespace adapters::simulator
