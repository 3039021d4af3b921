#include "plugin/launch/launch.h"

#include <algorithm>
#include <array>

#include "fhir/base/hmac.h"
#include "fhir/base/log.h"
#include "fhir/base/random.h"
#include "fhir/client/links.h"
#include "fhir/smart/pkce.h"
#include "plugin/launch/ehr_style.h"
#include "plugin/launch/launched.h"
#include "plugin/launch/pending.h"
#include "plugin/launch/sign_in.h"
#include "plugin/launch/used_state_table.h"
#include "plugin/sessions/sessions.h"
#include "plugin/settings/settings.h"

namespace plugin::launch {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr std::size_t kCodeBytesMax = 8 * 1024;
constexpr std::size_t kTokenBytes = 32;  // 256 bits

/// The parts of a launch, for the functions below.
struct Launching {
    const Uses& uses;
    AuthorizationServers& authorizationServers;

    std::string redirectUri() const {
        auto url = uses.settings.publicUrl;
        url.path = "/callback";
        return url.text();
    }
};

http_server::Response redirect(std::string location, std::string cookie) {
    return {303, {{"Location", std::move(location)}, {"Set-Cookie", std::move(cookie)}}, {}, {}};
}

/// What is asked for, written as this EHR reads it.
std::string scopesOf(const Issuer& issuer, const fhir::smart::SmartConfiguration& configuration) {
    const auto& launching = *issuer.connection->settings.launch;
    return askedScopes(issuer.connection->settings, configuration.scopesSupported)
        .text(scopeSyntaxOf(issuer.connection->settings, launching.auth)
                  .value_or(configuration.scopeSyntax()));
}

/// Some page could begin launches in a browser until its cookies are too large for a request.
void clearMany(const sessions::Cookies& cookies, const http_server::Request& request,
               http_server::Response& response) {
    constexpr std::size_t kAtOnce = 8;
    const auto names = cookies.namesWith(request, std::string(sessions::Cookies::kLaunch) + "-");
    if (names.size() < kAtOnce) return;
    for (const auto& name : names) response.headers.add("Set-Cookie", cookies.clear(name));
}

Issuer issuerOf(const AuthorizationServers& authorizationServers, std::string_view iss) {
    if (auto issuer = authorizationServers.find(iss)) return *std::move(issuer);
    fhir::log::warning(
        "launch from an address that is not listed",
        {{"iss", fhir::addressForLog(iss)}, {"listed", authorizationServers.listed()}});
    throw Error(ErrorKind::Forbidden,
                "This EHR is not on the list of those that may open What Matters here.");
}

/// Every address that the site names as this EHR's may stand before its user.
fhir::ServerAddress addressesOf(const Connection& connection) {
    auto addresses = connection.adapter->client().options().aliases;
    const auto& issuers = connection.settings.launch->issuers;
    addresses.insert(addresses.end(), issuers.begin(), issuers.end());
    return fhir::ServerAddress(connection.settings.fhirBase, addresses);
}

/// For everything that this EHR is asked before the page opens.
fhir::Deadline deadlineOf(const Issuer& issuer) {
    return fhir::deadlineIn(issuer.connection->settings.profile.timeout);
}

/// What the site says instead of what was discovered.
std::optional<fhir::Url> firstOf(const std::optional<fhir::Url>& uses,
                                 const std::optional<fhir::Url>& discovered) {
    return uses ? uses : discovered;
}

http_server::Response begin(const Launching& with, const http_server::Request& request) {
    const auto query = fhir::Query::parse(request.query);
    const auto iss = query.find("iss"), launch = query.find("launch");
    if (!iss || !launch || launch->empty())
        throw Error(ErrorKind::InvalidInput,
                    "What Matters is opened by the EHR. Go to the patient's chart and open it "
                    "from there.");
    const auto issuer = issuerOf(with.authorizationServers, *iss);
    const auto configuration = with.authorizationServers.configuration(issuer, deadlineOf(issuer));
    const auto& launching = *issuer.connection->settings.launch;
    const auto authorize =
        firstOf(launching.auth.authorizeUrl, configuration->authorizationEndpoint);
    if (!authorize || !firstOf(launching.auth.tokenUrl, configuration->tokenEndpoint))
        throw Error(ErrorKind::BadReply, "The EHR does not say where it lets people sign in.");

    const Pending pending(with.uses.database.vault(), *iss, with.uses.clock.now());
    const fhir::Query parameters{
        {"response_type", "code"},
        {"client_id", launching.clientId},
        {"redirect_uri", with.redirectUri()},
        {"launch", *launch},
        {"scope", scopesOf(issuer, *configuration)},
        {"state", pending.state()},
        {"aud", *iss},
        {"nonce", pending.nonce()},
        {"code_challenge", fhir::smart::codeChallenge(pending.verifier().reveal())},
        {"code_challenge_method", "S256"}};
    auto url = *authorize;
    url.query += (url.query.empty() ? "" : "&") + parameters.text();
    const auto& cookies = with.uses.sessions.cookies();
    auto response = redirect(url.text(), cookies.set(pending.cookieName(), pending.cookieValue(),
                                                     static_cast<int>(kLaunchTime.count())));
    clearMany(cookies, request, response);
    return response;
}

/// How the callback's browser was shown to be the launch's; see addLaunch.
enum class Browser { Cookie, Frame };

Browser browserOf(const Launching& with, const http_server::Request& request,
                  const Pending& pending) {
    const auto& cookies = with.uses.sessions.cookies();
    const auto cookie = cookies.find(request, pending.cookieName());
    if (!cookie.empty() && fhir::isSameSecret(cookie, pending.cookieValue()))
        return Browser::Cookie;
    const auto destination = request.headers.find("Sec-Fetch-Dest").value_or("");
    // A browser that shows another launch's cookie would show this one's.
    const bool isNone = cookies.namesWith(request, sessions::Cookies::kLaunch).empty();
    if (isNone && (destination == "iframe" || destination == "frame")) return Browser::Frame;
    throw Error(ErrorKind::Forbidden,
                "This launch was begun in another browser or window. Open What Matters again "
                "from the chart.");
}

/// What the authorization server says in place of a code (RFC 6749, section 4.1.2.1; OpenID
/// Connect Core, section 3.1.2.6). Its own words are not repeated.
[[noreturn]] void refused(std::string_view code) {
    struct Said {
        std::string_view code;
        ErrorKind kind;
        const char* text;
    };
    static constexpr std::array kSaid{
        Said{"access_denied", ErrorKind::Forbidden, "The EHR did not allow What Matters to open."},
        Said{"invalid_scope", ErrorKind::Forbidden,
             "The EHR does not grant What Matters what it needs to read."},
        Said{"unauthorized_client", ErrorKind::Forbidden,
             "What Matters is not registered with the EHR in this way."},
        Said{"login_required", ErrorKind::Unauthorized, "The EHR wants you to sign in again."},
        Said{"interaction_required", ErrorKind::Unauthorized,
             "The EHR wants you to sign in again."},
        Said{"temporarily_unavailable", ErrorKind::Unavailable,
             "The EHR's sign-in is not available at the moment."},
        Said{"server_error", ErrorKind::Unavailable,
             "The EHR's sign-in is not available at the moment."}};
    for (const auto& said : kSaid)
        if (code == said.code)
            throw Error(said.kind, std::string(said.text) + " (" + std::string(code) + ")");
    throw Error(ErrorKind::Refused,
                "The EHR did not let What Matters open and gave no reason that "
                "is known here.");
}

http_server::Response finish(const Launching& with, const http_server::Request& request) {
    const auto query = fhir::Query::parse(request.query);
    const auto now = with.uses.clock.now();
    const auto read =
        Pending::read(with.uses.database.vault(), query.find("state").value_or(""), now);
    if (!read)
        throw Error(ErrorKind::Forbidden,
                    "This launch took longer than ten minutes, or was not begun here. Open What "
                    "Matters again from the chart.");
    const auto& pending = *read;
    const auto browser = browserOf(with, request, pending);
    if (!UsedStateTable(with.uses.database).markUsed(pending.state(), pending.expires(), now))
        throw Error(ErrorKind::Forbidden,
                    "This launch was used already. Open What Matters again from the chart.");
    const auto issuer = issuerOf(with.authorizationServers, pending.iss());
    const auto deadline = deadlineOf(issuer);
    const auto configuration = with.authorizationServers.configuration(issuer, deadline);
    const auto tokenUrl =
        firstOf(issuer.connection->settings.launch->auth.tokenUrl, configuration->tokenEndpoint);
    if (!tokenUrl)
        throw Error(ErrorKind::BadReply, "The EHR does not say any more where its tokens are.");
    const SignIn signIn{with.authorizationServers, issuer, *configuration, *tokenUrl};
    signIn.checkAnswer(query.find("iss"), deadline);
    if (const auto error = query.find("error")) refused(*error);
    const auto code = query.find("code").value_or("");
    if (code.empty() || code.size() > kCodeBytesMax)
        throw Error(ErrorKind::BadReply, "The EHR's answer to the launch has no code.");

    const auto response =
        with.authorizationServers.tokens(issuer, *tokenUrl)
            .exchangeCode(fhir::Secret(code), with.redirectUri(), pending.verifier(),
                          scopesOf(issuer, *configuration), deadline);
    const auto who = signIn.who(response.idToken, pending.nonce(), with.uses.clock.now(), deadline);
    auto launched = readLaunch(response, issuer.connection->settings);
    auto& context = launched.context;
    context.user = staffReference(who.fhirUser, addressesOf(*issuer.connection));
    context.userDisplay = nameOf(issuer, context.user, response.accessToken, with.uses.clock.now());
    context.style = readStyle(issuer, *configuration, launched.styleUrl);
    context.grant = fhir::randomToken(kTokenBytes);

    const auto opened =
        with.uses.sessions.begin(context, who.issuer + "\n" + who.subject + "\n" + launched.tenant,
                                 request, browser == Browser::Cookie);
    with.uses.grants.add(
        context.grant, opened.session,
        {pending.iss(), tokenUrl->text(), response.accessToken, response.refreshToken,
         response.scopes.text(fhir::smart::ScopeSyntax::V2)},
        response.expiresIn);
    fhir::log::info("launched", {{"request", request.id}, {"connection", context.connection}});
    auto opening = redirect(context.path() + "#c=" + opened.contextToken, opened.setCookie);
    if (browser == Browser::Cookie)
        opening.headers.add("Set-Cookie", with.uses.sessions.cookies().clear(pending.cookieName()));
    return opening;
}

/// Tells the operator why a launch ended before its page. Errors carry no tokens and no patient.
template <class Step>
http_server::Response told(const char* step, const http_server::Request& request,
                           const Step& work) {
    try {
        return work();
    } catch (const Error& error) {
        fhir::log::warning("launch refused", {{"request", request.id},
                                              {"step", step},
                                              {"kind", fhir::toString(error.kind())},
                                              {"why", error.what()}});
        throw;
    }
}

}  // namespace

void addLaunch(http_server::Router& router, const Uses& uses,
               AuthorizationServers& authorizationServers,
               const http_server::ProblemWriter& asPage) {
    router.add(
        "GET", "/launch",
        [uses, &authorizationServers](const http_server::Request& request) {
            return told("launch", request, [&] {
                requireMayWait(request);
                return begin({uses, authorizationServers}, request);
            });
        },
        asPage);
    router.add(
        "GET", "/callback",
        [uses, &authorizationServers](const http_server::Request& request) {
            return told("callback", request, [&] {
                requireMayWait(request);
                return finish({uses, authorizationServers}, request);
            });
        },
        asPage);
}

}  // namespace plugin::launch
