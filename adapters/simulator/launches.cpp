#include "adapters/simulator/launches.h"

#include <algorithm>

#include "adapters/simulator/data.h"
#include "adapters/simulator/html.h"
#include "fhir/base/json.h"
#include "fhir/base/random.h"
#include "fhir/smart/jwk_set.h"
#include "fhir/smart/jws.h"
#include "fhir/smart/jwt.h"
#include "fhir/smart/pkce.h"

namespace adapters::simulator {
namespace {

using fhir::json::Writer;

constexpr std::chrono::seconds kCodeLifetime{60};
constexpr const char* kKid = "made-up-1";

fhir::http::Response jsonAnswer(int status, std::string body) {
    fhir::http::Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json");
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("Access-Control-Allow-Origin", "*");
    response.body = std::move(body);
    return response;
}

/// RFC 6749, section 5.2.
fhir::http::Response oauthError(const char* code) {
    Writer writer;
    writer.beginObject().member("error", code).endObject();
    return jsonAnswer(400, writer.take());
}

bool hasWord(const std::string& words, const std::string& word) {
    return (" " + words + " ").find(" " + word + " ") != std::string::npos;
}

}  // namespace

Launches::Launches(fhir::http::Transport& ehr, Options options)
    : ehr_(ehr), options_(std::move(options)) {}

void Launches::registerApp(App app) {
    const std::lock_guard lock(mutex_);
    app_ = std::move(app);
}

std::string Launches::baseText() const {
    auto text = options_.base.text();
    while (text.ends_with('/')) text.pop_back();
    return text;
}

std::optional<fhir::http::Response> Launches::answer(const Request& request) {
    const auto& path = request.url.path;
    const std::lock_guard lock(mutex_);
    const auto get = [&](std::string_view where) {
        return path == where && (request.method == "GET" || request.method == "HEAD");
    };
    const auto post = [&](std::string_view where) {
        return path == where && request.method == "POST";
    };
    if (!path.starts_with("/auth/") && !path.starts_with("/chart")) {
        if (!app_) return std::nullopt;
        if (get(fhir::Url::parse(baseText()).path + "/.well-known/smart-configuration"))
            return configuration();
        const auto shown = request.headers.find("Authorization").value_or("");
        const auto isOver = [&](const auto& one) {
            return "Bearer " + one.second.access == shown &&
                   one.second.until <= options_.clock.now();
        };
        if (std::any_of(grants_.begin(), grants_.end(), isOver)) return refused();
        return std::nullopt;
    }
    if (get("/chart/ehr.css")) {
        Response response;
        response.status = 200;
        response.headers.set("Content-Type", "text/css");
        response.body = fhir::findFile(data::files(), "ehr.css")->content;
        return response;
    }
    if (get("/chart/style.json"))
        return jsonAnswer(200, R"({"color_background":"#ffffff","color_text":"#1c2733",)"
                               R"("color_highlight":"#1f5a7d","dim_border_radius":"4px",)"
                               R"("font_family_body":"Verdana, 'DejaVu Sans', sans-serif"})");
    if (get("/auth/jwks")) return jwks();
    if (!app_) return std::nullopt;
    const auto query = fhir::Query::parse(request.url.query);
    if (get("/chart")) return chart(query);
    if (get("/chart/open")) return open(query);
    if (get("/auth/authorize")) return authorize(query);
    if (request.method != "POST") return std::nullopt;
    const auto form = fhir::Query::parse(request.body);
    if (post("/auth/approve")) return approve(form);
    if (post("/auth/token")) return token(form);
    if (post("/auth/introspect")) return introspect(form);
    return std::nullopt;
}

bool Launches::isTokenOf(const Request& request) const {
    const auto shown = request.headers.find("Authorization").value_or("");
    const std::lock_guard lock(mutex_);
    return std::any_of(grants_.begin(), grants_.end(), [&](const auto& one) {
        return "Bearer " + one.second.access == shown && one.second.until > options_.clock.now();
    });
}

fhir::http::Response Launches::refused() const {
    auto response = jsonAnswer(401, R"({"resourceType":"OperationOutcome","issue":[)"
                                    R"({"severity":"error","code":"login"}]})");
    response.headers.set("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    return response;
}

fhir::http::Response Launches::configuration() const {
    Writer writer;
    writer.beginObject()
        .member("issuer", baseText())
        .member("jwks_uri", origin() + "/auth/jwks")
        .member("authorization_endpoint", origin() + "/auth/authorize")
        .member("token_endpoint", origin() + "/auth/token")
        .member("introspection_endpoint", origin() + "/auth/introspect");
    const auto list = [&](const char* name, std::initializer_list<const char*> words) {
        writer.key(name).beginArray();
        for (const char* word : words) writer.string(word);
        writer.endArray();
    };
    list("grant_types_supported", {"authorization_code", "refresh_token"});
    list("code_challenge_methods_supported", {"S256"});
    list("response_types_supported", {"code"});
    list("token_endpoint_auth_methods_supported", {"none"});
    list("scopes_supported", {"launch", "openid", "fhirUser", "online_access", "user/*.cruds"});
    list("capabilities",
         {"launch-ehr", "client-public", "sso-openid-connect", "context-ehr-patient",
          "context-ehr-encounter", "context-banner", "context-style", "permission-user",
          "permission-patient", "permission-v1", "permission-v2"});
    return jsonAnswer(200, writer.endObject().take());
}

fhir::http::Response Launches::authorize(const fhir::Query& query) {
    const auto wrong = [](const char* what) {
        return htmlPage(400, "Not possible",
                        "<main class=\"form\"><h1>This app cannot be opened</h1><p>" +
                            std::string(what) + "</p></main>");
    };
    // Nothing is sent to an address that is not the app's own (RFC 6749, section 4.1.2.1).
    if (valueOf(query, "client_id") != app_->clientId) return wrong("The app is not registered.");
    if (valueOf(query, "redirect_uri") != app_->redirectUri.text())
        return wrong("The app names another address than it is registered with.");
    Authorization asked;
    asked.redirectUri = valueOf(query, "redirect_uri");
    asked.state = valueOf(query, "state");
    asked.challenge = valueOf(query, "code_challenge");
    asked.nonce = valueOf(query, "nonce");
    asked.scope = valueOf(query, "scope");
    asked.until = options_.clock.now() + std::chrono::minutes(10);
    const auto fail = [&](const char* code) { return redirect(asked, {{"error", code}}); };
    if (valueOf(query, "response_type") != "code") return fail("unsupported_response_type");
    if (asked.state.empty() || asked.challenge.size() != 43 ||
        valueOf(query, "code_challenge_method") != "S256")
        return fail("invalid_request");
    auto audience = valueOf(query, "aud");
    while (audience.ends_with('/')) audience.pop_back();
    if (audience != baseText()) return fail("invalid_request");
    const auto launch = launches_.find(valueOf(query, "launch"));
    if (launch != launches_.end()) {
        asked.session = launch->second;
        launches_.erase(launch);
        if (!asked.session.ask) {
            const auto code = fhir::randomToken(kTokenBytes);
            asked.until = options_.clock.now() + kCodeLifetime;
            bound(codes_);
            codes_[code] = asked;
            return redirect(asked, {{"code", code}});
        }
    } else if (query.find("launch")) {
        return fail("invalid_request");
    }
    const auto id = fhir::randomToken(kTokenBytes);
    bound(asking_);
    asking_[id] = asked;
    return picker(id, asked);
}

fhir::http::Response Launches::approve(const fhir::Query& form) {
    const auto found = asking_.find(valueOf(form, "id"));
    if (found == asking_.end() || found->second.until <= options_.clock.now())
        return htmlPage(400, "Too late", "<main class=\"form\"><h1>This was answered</h1></main>");
    auto asked = found->second;
    asking_.erase(found);
    if (valueOf(form, "answer") != "allow") return redirect(asked, {{"error", "access_denied"}});
    asked.session.user = valueOf(form, "user");
    if (const auto patient = form.find("patient")) {
        asked.session.patient = *patient;
        asked.session.encounter = encounterOf(*patient);
    }
    std::string granted;
    for (const auto& [name, word] : form)
        if (name == "scope" && hasWord(asked.scope, word))
            granted += (granted.empty() ? "" : " ") + word;
    asked.scope = granted;
    asked.until = options_.clock.now() + kCodeLifetime;
    const auto code = fhir::randomToken(kTokenBytes);
    bound(codes_);
    codes_[code] = asked;
    return redirect(asked, {{"code", code}});
}

fhir::http::Response Launches::redirect(const Authorization& authorization,
                                        fhir::Query parameters) const {
    parameters.add("state", authorization.state).add("iss", baseText());  // RFC 9207
    return seeOther(authorization.redirectUri + "?" + parameters.text());
}

fhir::http::Response Launches::token(const fhir::Query& form) {
    const auto kind = valueOf(form, "grant_type");
    if (valueOf(form, "client_id") != app_->clientId) return oauthError("invalid_client");
    if (kind == "authorization_code") return exchange(form);
    if (kind == "refresh_token") return refresh(form);
    return oauthError("unsupported_grant_type");
}

fhir::http::Response Launches::exchange(const fhir::Query& form) {
    const auto found = codes_.find(valueOf(form, "code"));
    if (found == codes_.end()) return oauthError("invalid_grant");
    auto& code = found->second;
    if (!code.grant.empty()) {  // used twice: somebody else has it (RFC 6749, section 4.1.2)
        grants_.erase(code.grant);
        return oauthError("invalid_grant");
    }
    code.grant = fhir::randomToken(kTokenBytes);
    const auto challenge = fhir::smart::codeChallenge(valueOf(form, "code_verifier"));
    if (code.until <= options_.clock.now() || valueOf(form, "redirect_uri") != code.redirectUri ||
        challenge != code.challenge)
        return oauthError("invalid_grant");
    bound(grants_);
    auto& grant = grants_[code.grant];
    grant.session = code.session;
    grant.nonce = code.nonce;
    grant.scope = code.scope;
    return tokens(grant, true);
}

fhir::http::Response Launches::refresh(const fhir::Query& form) {
    const auto shown = valueOf(form, "refresh_token");
    if (shown.empty()) return oauthError("invalid_request");
    for (auto& [id, grant] : grants_) {
        if (grant.refresh == shown) {
            grant.oldRefresh.push_back(shown);
            return tokens(grant, false);
        }
        const auto& old = grant.oldRefresh;
        if (std::find(old.begin(), old.end(), shown) != old.end()) {
            grants_.erase(id);  // used twice: somebody else has it (RFC 9700, section 4.14)
            return oauthError("invalid_grant");
        }
    }
    return oauthError("invalid_grant");
}

fhir::http::Response Launches::tokens(Grant& grant, bool withIdToken) {
    const auto& session = grant.session;
    grant.access = fhir::randomToken(kTokenBytes);
    grant.until = options_.clock.now() + options_.tokenLifetime;
    if (hasWord(grant.scope, "online_access") || hasWord(grant.scope, "offline_access"))
        grant.refresh = fhir::randomToken(kTokenBytes);
    Writer writer;
    writer.beginObject()
        .member("access_token", grant.access)
        .member("token_type", "Bearer")
        .member("expires_in", std::int64_t{options_.tokenLifetime.count()})
        .member("scope", grant.scope)
        .member("refresh_token", grant.refresh)
        .member("patient", session.patient)
        .member("encounter", session.encounter)
        .member("need_patient_banner", session.banner)
        .member("smart_style_url", origin() + "/chart/style.json");
    if (!session.unit.empty())
        writer.key("fhirContext")
            .beginArray()
            .beginObject()
            .member("reference", "Location/" + session.unit)
            .endObject()
            .endArray();
    if (!session.step.empty())
        writer.member("appContext", R"({"view":"patient","step":")" + session.step + "\"}");
    if (withIdToken && hasWord(grant.scope, "openid")) writer.member("id_token", idToken(grant));
    return jsonAnswer(200, writer.endObject().take());
}

std::string Launches::idToken(const Grant& grant) {
    const auto now = options_.clock.now();
    Writer claims;
    claims.beginObject()
        .member("iss", baseText())
        .member("sub", "made-up-" + grant.session.user)
        .member("aud", app_->clientId)
        .member("iat", fhir::smart::toNumericDate(now))
        .member("exp", fhir::smart::toNumericDate(now + std::chrono::minutes(5)))
        .member("nonce", grant.nonce);
    if (hasWord(grant.scope, "fhirUser"))
        claims.member("fhirUser", baseText() + "/" + grant.session.user);
    return fhir::smart::sign({.algorithm = fhir::smart::Algorithm::RS256, .kid = kKid, .jku = {}},
                             claims.endObject().take(), key());
}

const fhir::smart::Key& Launches::key() {
    if (!key_) key_ = fhir::smart::Key::generate(fhir::smart::Algorithm::RS256);
    return *key_;
}

fhir::http::Response Launches::jwks() {
    const fhir::smart::JwkSet set({{key(), kKid, fhir::smart::Algorithm::RS256}});
    auto response = jsonAnswer(200, set.toJson());
    response.headers.set("Cache-Control", "public, max-age=300");
    return response;
}

fhir::http::Response Launches::introspect(const fhir::Query& form) {
    const auto shown = valueOf(form, "token");
    Writer writer;
    writer.beginObject();
    for (const auto& [id, grant] : grants_) {
        if (shown.empty() || grant.access != shown || grant.until <= options_.clock.now()) continue;
        writer.member("active", true)
            .member("scope", grant.scope)
            .member("client_id", app_->clientId)
            .member("exp", fhir::smart::toNumericDate(grant.until))
            .member("iss", baseText())
            .member("sub", "made-up-" + grant.session.user)
            .member("patient", grant.session.patient)
            .member("encounter", grant.session.encounter);
        return jsonAnswer(200, writer.endObject().take());
    }
    return jsonAnswer(200, writer.member("active", false).endObject().take());
}

}  // namespace adapters::simulator
