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

bool hasWord(const std::string& words, const std::string& word) {
    return (" " + words + " ").find(" " + word + " ") != std::string::npos;
}

}  // namespace

Launches::Launches(fhir::Url base, Ehr ehr, Tokens& tokens, Lifetime lifetime, fhir::Clock clock)
    : base_(std::move(base)),
      ehr_(std::move(ehr)),
      tokens_(tokens),
      lifetime_(lifetime),
      clock_(std::move(clock)) {}

void Launches::registerApp(App app) {
    const std::lock_guard lock(mutex_);
    app_ = std::move(app);
}

bool Launches::hasApp() const {
    const std::lock_guard lock(mutex_);
    return app_.has_value();
}

std::optional<fhir::http::Response> Launches::page(const Request& request) {
    const auto& path = request.url.path;
    if (!path.starts_with("/auth/") && !path.starts_with("/chart")) return std::nullopt;
    const std::lock_guard lock(mutex_);
    if (request.method == "GET" || request.method == "HEAD")
        return answerGet(path, fhir::Query::parse(request.url.query));
    if (app_ && request.method == "POST" && path == "/auth/approve")
        return approve(fhir::Query::parse(request.body));
    return std::nullopt;
}

std::optional<fhir::http::Response> Launches::answerGet(const std::string& path,
                                                        const fhir::Query& query) {
    if (path == "/chart/ehr.css")
        return Response{200,
                        {{"Content-Type", "text/css"}},
                        std::string(fhir::findFile(data::files(), "ehr.css")->content)};
    if (path == "/chart/style.json")
        return oauthAnswer(200, R"({"color_background":"#ffffff","color_text":"#1c2733",)"
                                R"("color_highlight":"#1f5a7d","dim_border_radius":"4px",)"
                                R"("font_family_body":"Verdana, 'DejaVu Sans', sans-serif"})");
    if (path == kKeysPath) return jwks();
    if (!app_) return std::nullopt;
    if (path == "/chart") return chart(query);
    if (path == "/chart/open") return open(query);
    if (path == kAuthorizePath) return authorize(query);
    return std::nullopt;
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
    asked.until = clock_.now() + std::chrono::minutes(10);
    const auto fail = [&](const char* code) { return redirect(asked, {{"error", code}}); };
    if (valueOf(query, "response_type") != "code") return fail("unsupported_response_type");
    if (asked.state.empty() || asked.challenge.size() != 43 ||
        valueOf(query, "code_challenge_method") != "S256")
        return fail("invalid_request");
    auto audience = valueOf(query, "aud");
    while (audience.ends_with('/')) audience.pop_back();
    if (audience != base_.text()) return fail("invalid_request");
    const auto launch = launches_.find(valueOf(query, "launch"));
    if (launch != launches_.end()) {
        asked.session = launch->second;
        launches_.erase(launch);
        if (!asked.session.ask) {
            const auto code = fhir::randomToken(kTokenBytes);
            asked.until = clock_.now() + kCodeLifetime;
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
    if (found == asking_.end() || found->second.until <= clock_.now())
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
    asked.until = clock_.now() + kCodeLifetime;
    const auto code = fhir::randomToken(kTokenBytes);
    bound(codes_);
    codes_[code] = asked;
    return redirect(asked, {{"code", code}});
}

fhir::http::Response Launches::redirect(const Authorization& authorization,
                                        fhir::Query parameters) const {
    parameters.add("state", authorization.state).add("iss", base_.text());  // RFC 9207
    return seeOther(authorization.redirectUri + "?" + parameters.text());
}

void Launches::end(Grants::iterator grant) {
    tokens_.revoke(grant->second.access);
    grants_.erase(grant);
}

fhir::http::Response Launches::exchange(const std::string& clientId, const Form& form) {
    const std::lock_guard lock(mutex_);
    const auto found = codes_.find(at(form, "code"));
    if (!app_ || clientId != app_->clientId || found == codes_.end())
        refuse("invalid_grant", "this code is not known");
    auto& code = found->second;
    if (!code.grant.empty()) {  // used twice: somebody else has it (RFC 6749, section 4.1.2)
        if (const auto grant = grants_.find(code.grant); grant != grants_.end()) end(grant);
        refuse("invalid_grant", "this code was used before");
    }
    code.grant = fhir::randomToken(kTokenBytes);
    const auto challenge = fhir::smart::codeChallenge(at(form, "code_verifier"));
    if (code.until <= clock_.now() || at(form, "redirect_uri") != code.redirectUri ||
        challenge != code.challenge)
        refuse("invalid_grant", "the code is too old, or was given to somebody else");
    bound(grants_);
    auto& grant = grants_[code.grant];
    grant.session = code.session;
    grant.clientId = clientId;
    grant.nonce = code.nonce;
    grant.scope = code.scope;
    return tokens(grant, true);
}

fhir::http::Response Launches::refresh(const std::string& clientId, const Form& form) {
    const std::lock_guard lock(mutex_);
    const auto shown = at(form, "refresh_token");
    if (shown.empty()) refuse("invalid_request", "refresh_token is missing");
    for (auto grant = grants_.begin(); grant != grants_.end(); ++grant) {
        auto& [session, client, nonce, scope, access, current, old] = grant->second;
        if (client != clientId) continue;
        if (current == shown) {
            old.push_back(shown);
            return tokens(grant->second, false);
        }
        if (std::find(old.begin(), old.end(), shown) != old.end()) {
            end(grant);  // used twice: somebody else has it (RFC 9700, section 4.14)
            refuse("invalid_grant", "this refresh token was used before");
        }
    }
    refuse("invalid_grant", "this refresh token is not known");
}

fhir::http::Response Launches::tokens(Grant& grant, bool withIdToken) {
    const auto& session = grant.session;
    grant.access = tokens_.issue({.clientId = grant.clientId,
                                  .scope = grant.scope,
                                  .expires = clock_.now() + lifetime_.span,
                                  .user = session.user,
                                  .patient = session.patient,
                                  .encounter = session.encounter});
    if (hasWord(grant.scope, "online_access") || hasWord(grant.scope, "offline_access"))
        grant.refresh = fhir::randomToken(kTokenBytes);
    Writer writer;
    writer.beginObject()
        .member("access_token", grant.access)
        .member("token_type", "Bearer")
        .member("scope", grant.scope)
        .member("refresh_token", grant.refresh)
        .member("patient", session.patient)
        .member("encounter", session.encounter)
        .member("need_patient_banner", session.banner)
        .member("smart_style_url", origin() + "/chart/style.json");
    if (lifetime_.isSaid) writer.member("expires_in", std::int64_t{lifetime_.span.count()});
    const auto unit = app_->units.find(session.unit);
    if (!session.unit.empty())
        writer.key("fhirContext")
            .beginArray()
            .beginObject()
            .member("reference",
                    unit == app_->units.end() ? "Location/" + session.unit : unit->second)
            .endObject()
            .endArray();
    if (!session.step.empty())
        writer.member("appContext", R"({"view":"patient","step":")" + session.step + "\"}");
    if (withIdToken && hasWord(grant.scope, "openid")) writer.member("id_token", idToken(grant));
    return oauthAnswer(200, writer.endObject().take());
}

std::string Launches::idToken(const Grant& grant) {
    const auto now = clock_.now();
    Writer claims;
    claims.beginObject()
        .member("iss", base_.text())
        .member("sub", subjectOf(grant.session.user))
        .member("aud", grant.clientId)
        .member("iat", fhir::smart::toNumericDate(now))
        .member("exp", fhir::smart::toNumericDate(now + std::chrono::minutes(5)))
        .member("nonce", grant.nonce);
    if (hasWord(grant.scope, "fhirUser"))
        claims.member("fhirUser", base_.text() + "/" + grant.session.user);
    return fhir::smart::sign({.algorithm = fhir::smart::Algorithm::RS256, .kid = kKid, .jku = {}},
                             claims.endObject().take(), key());
}

const fhir::smart::Key& Launches::key() {
    if (!key_) key_ = fhir::smart::Key::generate(fhir::smart::Algorithm::RS256);
    return *key_;
}

fhir::http::Response Launches::jwks() {
    const fhir::smart::JwkSet set({{key(), kKid, fhir::smart::Algorithm::RS256}});
    auto response = oauthAnswer(200, set.toJson());
    response.headers.set("Cache-Control", "public, max-age=300");
    return response;
}

}  // namespace adapters::simulator
