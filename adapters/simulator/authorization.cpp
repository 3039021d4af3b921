#include "adapters/simulator/authorization.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "adapters/simulator/respond.h"
#include "fhir/base/base64url.h"
#include "fhir/base/error.h"
#include "fhir/smart/jws.h"
#include "fhir/smart/jwt.h"

namespace adapters::simulator {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::http::Request;
using fhir::http::Response;
using fhir::smart::ResourceScope;
using fhir::smart::Scopes;

constexpr std::size_t kBodyBytesMax = 64 * 1024;
constexpr std::size_t kTokensMax = 10'000;
constexpr std::chrono::seconds kAssertionLifetimeMax{300};
constexpr std::chrono::seconds kLeeway{5};
constexpr std::chrono::seconds kKeysTimeout{5};
constexpr std::string_view kTokenPath = "/auth/token";
constexpr std::string_view kConfigurationPath = "/.well-known/smart-configuration";
constexpr std::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A refusal as OAuth says it (RFC 6749, section 5.2): the path of the error is its code.
[[noreturn]] void refuse(const std::string& code, const std::string& why) {
    throw Error(code == "invalid_client" ? ErrorKind::Unauthorized : ErrorKind::Refused, why, code);
}

Response answerJson(int status, std::string body) {
    return {status,
            {{"Content-Type", "application/json"},
             {"Cache-Control", "no-store"},
             {"Pragma", "no-cache"}},
            std::move(body)};
}

Response oauthError(const Error& error) {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("error", error.path())
        .member("error_description", error.what())
        .endObject();
    auto response = answerJson(error.kind() == ErrorKind::Unauthorized ? 401 : 400, writer.take());
    if (response.status == 401)
        response.headers.set("WWW-Authenticate", "Basic realm=\"simulator\"");
    return response;
}

std::map<std::string, std::string> formOf(const Request& request) {
    const auto type = fhir::mediaType(request.headers.find("Content-Type").value_or(""));
    if (request.method != "POST" || type != "application/x-www-form-urlencoded")
        refuse("invalid_request", "a token is asked for by POST of a form");
    if (request.body.size() > kBodyBytesMax) refuse("invalid_request", "the form is too long");
    std::map<std::string, std::string> form;
    for (const auto& [name, value] : fhir::Query::parse(request.body))
        if (!form.emplace(name, value).second)
            refuse("invalid_request", "a parameter stands in the form twice");
    return form;
}

std::string at(const std::map<std::string, std::string>& form, const std::string& name) {
    const auto found = form.find(name);
    return found == form.end() ? "" : found->second;
}

/// "Basic …" taken apart (RFC 7617; the parts are form-encoded, RFC 6749, section 2.3.1).
std::pair<std::string, std::string> basicOf(const std::string& header) {
    auto text = header.substr(std::string("Basic ").size());
    while (text.ends_with('=')) text.pop_back();
    for (auto& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    const auto bytes = fhir::decodeBase64url(text).value_or("");
    const auto colon = bytes.find(':');
    if (colon == std::string::npos) refuse("invalid_client", "the Authorization header is broken");
    return {fhir::percentDecode(bytes.substr(0, colon), true),
            fhir::percentDecode(bytes.substr(colon + 1), true)};
}

/// Which permission a request needs whose path below the base is this (SMART, scopes).
std::uint8_t permissionFor(const Request& request, const std::vector<std::string>& path) {
    const bool isPostedSearch = path.back() == "_search";
    if (request.method == "POST" && !isPostedSearch) return ResourceScope::kCreate;
    if (request.method == "PUT" || request.method == "PATCH") return ResourceScope::kUpdate;
    if (request.method == "DELETE") return ResourceScope::kDelete;
    return path.size() == 1 || isPostedSearch ? ResourceScope::kSearch : ResourceScope::kRead;
}

bool isOpen(const std::vector<std::string>& path) {
    return !path.empty() && (path.front() == "metadata" || path.front() == ".well-known");
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
                             std::vector<std::string_view> types, AuthorizationOptions options,
                             fhir::Clock clock, std::function<std::string()> newToken)
    : base_(std::move(base)),
      rules_(rules),
      types_(std::move(types)),
      options_(std::move(options)),
      clock_(std::move(clock)),
      newToken_(std::move(newToken)) {
    while (base_.path.ends_with('/')) base_.path.pop_back();
    if (options_.transport != nullptr)
        clientKeys_ = std::make_unique<fhir::smart::JwksCache>(*options_.transport, clock_);
}

std::optional<Response> Authorization::answer(const Request& request) {
    if (request.url.path == base_.path + std::string(kConfigurationPath)) return configuration();
    if (request.url.path != kTokenPath) return std::nullopt;
    try {
        return token(request);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Unauthorized || error.kind() == ErrorKind::Refused)
            return oauthError(error);
        return oauthError(Error(ErrorKind::Refused, error.what(), "invalid_request"));
    }
}

Response Authorization::configuration() const {
    fhir::json::Writer writer;
    const auto list = [&](const char* name, const std::vector<std::string_view>& values) {
        writer.key(name).beginArray();
        for (const auto value : values) writer.string(value);
        writer.endArray();
    };
    writer.beginObject()
        .member("issuer", base_.text())
        .member("token_endpoint", address(std::string(kTokenPath)));
    list("grant_types_supported", {"client_credentials"});
    list("token_endpoint_auth_methods_supported", rules_.methods);
    list("token_endpoint_auth_signing_alg_values_supported", rules_.algorithms);
    list("code_challenge_methods_supported", {"S256"});
    list("capabilities", rules_.capabilities);
    auto response = answerJson(200, writer.endObject().take());
    response.headers.set("Cache-Control", "max-age=60");
    return response;
}

Response Authorization::token(const Request& request) {
    const auto form = formOf(request);
    if (at(form, "grant_type") != "client_credentials")
        refuse("unsupported_grant_type", "only client_credentials is offered");
    const auto& client = clientOf(request, form);
    const auto scope = granted(client, at(form, "scope"));
    fhir::json::Writer writer;
    writer.beginObject()
        .member("access_token", issue(client, scope))
        .member("token_type", "bearer")
        .member("scope", scope);
    if (options_.saysLifetime) writer.member("expires_in", std::int64_t{lifetime().count()});
    return answerJson(200, writer.endObject().take());
}

std::chrono::seconds Authorization::lifetime() const {
    return options_.tokenLifetime.value_or(rules_.lifetime);
}

const RegisteredClient& Authorization::clientById(const std::string& id) const {
    for (const auto& client : options_.clients)
        if (client.clientId == id) return client;
    refuse("invalid_client", "no client of this id is registered");
}

const RegisteredClient& Authorization::clientOf(const Request& request, const Form& form) {
    const auto header = request.headers.find("Authorization").value_or("");
    const bool byBasic = header.starts_with("Basic ");
    const bool bySecret = form.contains("client_secret");
    const bool byKey = form.contains("client_assertion");
    if (byBasic + bySecret + byKey > 1)
        refuse("invalid_request", "a client shows in one way only who it is");
    const auto method = byKey     ? "private_key_jwt"
                        : byBasic ? "client_secret_basic"
                                  : "client_secret_post";
    if (std::find(rules_.methods.begin(), rules_.methods.end(), method) == rules_.methods.end())
        refuse("invalid_client", "this server does not take " + std::string(method));
    if (byKey) return clientByAssertion(form);
    const auto [id, secret] =
        byBasic ? basicOf(header) : std::pair(at(form, "client_id"), at(form, "client_secret"));
    const auto& client = clientById(id);
    if (client.secret.empty() || client.secret.reveal() != secret)
        refuse("invalid_client", "the secret is wrong");
    return client;
}

/// RFC 7523, section 3, and SMART, client-confidential-asymmetric, "signature verification".
const RegisteredClient& Authorization::clientByAssertion(const Form& form) {
    if (at(form, "client_assertion_type") != kAssertionType)
        refuse("invalid_client", "client_assertion_type is wrong");
    try {
        const auto jws = fhir::smart::Jws::parse(at(form, "client_assertion"));
        const auto document = fhir::json::Document::parse(jws.payload());
        const auto claims = document.root();
        const auto& client = clientById(claims.at("iss").string());
        const auto& header = jws.header();
        if (claims.at("sub").text() != client.clientId) refuse("invalid_client", "sub is not iss");
        if (form.contains("client_id") && at(form, "client_id") != client.clientId)
            refuse("invalid_client", "client_id is not iss");
        if (header.type != "JWT" || (header.kid.empty() && rules_.kidRequired))
            refuse("invalid_client", "the header has no typ JWT or no kid");
        if (!header.jku.empty() && (!client.jwksUrl || client.jwksUrl->text() != header.jku))
            refuse("invalid_client", "jku is not the registered address");
        const auto times =
            fhir::smart::checkClaims(claims,
                                     {.issuer = client.clientId,
                                      .audiences = {address(std::string(kTokenPath))},
                                      .leeway = kLeeway,
                                      .lifetimeMax = kAssertionLifetimeMax},
                                     clock_.now());
        const auto key = client.jwksUrl && clientKeys_
                             ? clientKeys_->find(*client.jwksUrl, header.kid, header.algorithm,
                                                 fhir::deadlineIn(kKeysTimeout))
                             : client.keys.find(header.kid, header.algorithm);
        const auto name = fhir::smart::toString(header.algorithm);
        if (std::find(rules_.algorithms.begin(), rules_.algorithms.end(), name) ==
            rules_.algorithms.end())
            refuse("invalid_client", "this server does not take " + std::string(name));
        if (!key || !jws.isSignedBy(*key, std::array{header.algorithm}))
            refuse("invalid_client", "the signature is not by a key of this client");
        const auto jti = claims.at("jti").string();
        if (jti.empty()) refuse("invalid_client", "jti is missing");
        rememberAssertion(client.clientId + " " + jti, times.expires + kLeeway);
        return client;
    } catch (const Error& error) {
        if (error.path() == "invalid_client") throw;
        refuse("invalid_client", error.what());
    }
}

void Authorization::rememberAssertion(const std::string& id, fhir::Instant until) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    std::erase_if(seenAssertions_, [&](const auto& seen) { return seen.second < now; });
    if (seenAssertions_.size() >= kTokensMax || !seenAssertions_.emplace(id, until).second)
        refuse("invalid_client", "this assertion was used before");
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

std::string Authorization::issue(const RegisteredClient& client, const std::string& scope) {
    auto token = newToken_();
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady();
    if (tokens_.size() >= kTokensMax)
        std::erase_if(tokens_, [&](const auto& issued) { return issued.second.expires <= now; });
    if (tokens_.size() >= kTokensMax) refuse("temporarily_unavailable", "too many tokens");
    tokens_[token] = {client.clientId, Scopes::parse(scope), now + lifetime()};
    return token;
}

std::optional<TokenRefusal> Authorization::refusal(const Request& request) {
    const auto path = pathBelow(request.url.path, base_.path);
    const auto header = request.headers.find("Authorization").value_or("");
    const std::string scheme = "Bearer ";
    const bool hasToken = header.size() > scheme.size() &&
                          fhir::equalsIgnoringCase(header.substr(0, scheme.size()), scheme);
    if (!options_.required || !path || isOpen(*path)) return std::nullopt;
    if (!hasToken) return TokenRefusal{401, "", "this server wants a bearer token"};
    const std::lock_guard lock(mutex_);
    const auto found = tokens_.find(header.substr(scheme.size()));
    if (found == tokens_.end() || found->second.expires <= clock_.steady())
        return TokenRefusal{401, "invalid_token", "the token is unknown or has expired"};
    // A page of a search, an export under way: whoever has a token was let in before.
    if (path->empty() || std::find(types_.begin(), types_.end(), path->front()) == types_.end())
        return std::nullopt;
    const auto permission = permissionFor(request, *path);
    for (const auto& scope : found->second.scopes.resources)
        if ((scope.type == "*" || scope.type == path->front()) &&
            (scope.permissions & permission) != 0)
            return std::nullopt;
    return TokenRefusal{403, "insufficient_scope", "the token's scopes do not cover this"};
}

}  // namespace adapters::simulator
