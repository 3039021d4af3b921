#include "fhir/smart/token_endpoint.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "fhir/base/error.h"
#include "fhir/base/json_wanted.h"
#include "fhir/client/reply.h"

namespace fhir::smart {
namespace {

constexpr std::size_t kTokenAnswerBytesMax = 256 * 1024;
constexpr std::size_t kTokenBytesMax = 16 * 1024;

/// OAuth's own error codes (RFC 6749, sections 4.1.2.1 and 5.2) and what can be done about them.
struct Refusal {
    std::string_view code;
    ErrorKind kind;
    const char* advice;
};
constexpr std::array<Refusal, 9> kRefusals{{
    {"invalid_client", ErrorKind::Unauthorized,
     "the server does not accept this client; check the client id, the key or secret, and that the "
     "clocks of both sides agree"},
    {"invalid_grant", ErrorKind::Unauthorized, "the code or refresh token does not count any more"},
    {"invalid_scope", ErrorKind::Forbidden,
     "the server does not know one of the scopes, or does not grant it to this client"},
    {"unauthorized_client", ErrorKind::Forbidden,
     "this client is not registered for this kind of grant, or its key or secret is wrong"},
    {"access_denied", ErrorKind::Forbidden, "the server denied access"},
    {"unsupported_grant_type", ErrorKind::Refused, "the server does not offer this kind of grant"},
    {"invalid_request", ErrorKind::Refused,
     "the server did not understand the request; check the method of authentication"},
    {"temporarily_unavailable", ErrorKind::Unavailable, "it is tried again later"},
    {"server_error", ErrorKind::Unavailable, "it is tried again later"},
}};

/// The scopes as they were written: in this form they have to be registered.
std::string scopesAskedIn(const Query& form) {
    const auto scope = form.find("scope");
    return scope ? ". These scopes were asked for: " + *scope : "";
}

/// The refusal with a code that is known here (RFC 6749, section 5.2); nullopt for any other.
std::optional<Error> refusalOf(const std::string& step, const Query& form, std::string_view code,
                               int status) {
    for (const auto& refusal : kRefusals)
        if (code == refusal.code)
            return Error(refusal.kind, step + ": " + std::string(code) + " (status " +
                                           std::to_string(status) + "): " + refusal.advice +
                                           (code == "invalid_scope" ? scopesAskedIn(form) : ""))
                .withStatus(status)
                .withCause(std::string(code));
    return std::nullopt;
}

[[noreturn]] void refuse(const std::string& step, const Query& form,
                         const http::Response& response) {
    const auto error = errorFromReply(step, response);
    if (response.body.size() > kTokenBytesMax) throw error;
    std::string code;
    try {
        const auto document =
            json::Document::parse(response.body, {.bytesMax = kTokenAnswerBytesMax});
        code = document.root().findString("error").value_or("");
    } catch (const Error&) {
        throw error;  // NOLINT(misc-throw-by-value-catch-by-reference): the answer, not its fault
    }
    if (const auto refusal = refusalOf(step, form, code, response.status))
        throw Error(*refusal).withRetryAfter(error.retryAfter());
    throw error;
}

bool isSafeToken(std::string_view text) noexcept {
    return text.size() <= kTokenBytesMax &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

Secret readToken(const json::Value& value) {
    const auto text = value.string();
    if (!isSafeToken(text)) value.refuse("is no token, or longer than 16 KiB");
    return Secret(text);
}

/// A number, or as some servers write it, the digits of one in a string.
std::chrono::seconds readSeconds(const json::Value& value) {
    const auto text = value.isString() ? value.text() : value.number();
    double count = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, count);
    if (fault != std::errc() || stop != end || !(count >= 0))
        value.refuse("is no number of seconds");
    constexpr double kYear = 366.0 * 24 * 3600;
    return std::chrono::seconds(static_cast<std::int64_t>(std::min(count, kYear)));
}

/// What was granted: words in one text, or as some servers write them, in a list of texts.
std::string readScopes(const json::Value& value) {
    if (!value.isArray()) return value.string();
    std::string text;
    for (const auto word : value.array()) text += (text.empty() ? "" : " ") + word.string();
    return text;
}

/// The access token is needed; all else is wanted, and as if it were unsaid where it cannot be
/// read. Some servers refuse with 200, and say so in the body.
TokenResponse readResponse(const std::string& step, const Query& form, std::string body,
                           const Scopes& asked) {
    auto document =
        json::Document::parse(std::move(body), {.bytesMax = kTokenAnswerBytesMax, .depthMax = 32});
    const auto json = document.root();
    const auto accessToken = json.find("access_token");
    if (!accessToken) {
        if (const auto refusal = refusalOf(step, form, json.findString("error").value_or(""), 200))
            throw Error(*refusal);
        json.refuse("has no access_token");
    }
    auto token = readToken(*accessToken);
    if (token.empty()) json.refuse("has no access_token");
    json::Wanted wanted;
    const auto type = wanted.string(json, "token_type");
    if (type && !equalsIgnoringCase(*type, "bearer"))
        json.at("token_type").refuse("is not Bearer, the only kind that is understood here");
    const auto secret = [&](const char* name) {
        return wanted.read(json, name, readToken).value_or(Secret());
    };
    const auto granted = wanted.read(json, "scope", readScopes);
    const auto expiresIn = wanted.read(json, "expires_in", readSeconds);
    auto refreshToken = secret("refresh_token");
    auto idToken = secret("id_token");
    json::logLeftOut("token response", wanted.problems());
    return {std::move(token),        expiresIn,          granted ? Scopes::parse(*granted) : asked,
            std::move(refreshToken), std::move(idToken), std::move(document),
            granted.has_value()};
}

}  // namespace

TokenEndpoint::TokenEndpoint(http::Transport& transport, Url url, ClientIdentity identity,
                             Clock clock, std::function<std::string()> newId)
    : transport_(transport),
      url_(std::move(url)),
      identity_(std::move(identity)),
      clock_(std::move(clock)),
      newId_(std::move(newId)) {}

TokenResponse TokenEndpoint::clientCredentials(const std::string& scope, Deadline deadline) const {
    Query form{{"grant_type", "client_credentials"}};
    if (!scope.empty()) form.add("scope", scope);
    return ask("ask for a token", std::move(form), Scopes::parse(scope), deadline);
}

TokenResponse TokenEndpoint::exchangeCode(const Secret& code, const std::string& redirectUri,
                                          const Secret& codeVerifier, const std::string& askedScope,
                                          Deadline deadline) const {
    Query form{{"grant_type", "authorization_code"},
               {"code", code.reveal()},
               {"redirect_uri", redirectUri},
               {"code_verifier", codeVerifier.reveal()}};
    return ask("exchange the launch's code", std::move(form), Scopes::parse(askedScope), deadline);
}

TokenResponse TokenEndpoint::refresh(const Secret& refreshToken, const std::string& scope,
                                     const Scopes& grantedBefore, Deadline deadline) const {
    Query form{{"grant_type", "refresh_token"}, {"refresh_token", refreshToken.reveal()}};
    if (!scope.empty()) form.add("scope", scope);
    const auto asked = scope.empty() ? grantedBefore : Scopes::parse(scope);
    return ask("refresh the token", std::move(form), asked, deadline);
}

TokenResponse TokenEndpoint::ask(const std::string& step, Query form, const Scopes& asked,
                                 Deadline deadline) const {
    http::Request request;
    request.method = "POST";
    request.url = url_;
    request.headers.set("Accept", "application/json");
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    authenticate(identity_, url_, clock_.now(), newId_(), form, request.headers);
    request.body = form.text();
    auto response = [&] {
        try {
            return transport_.send(request, deadline);
        } catch (const Error& error) {
            throw error.in(step);
        }
    }();
    if (response.status != 200) refuse(step, form, response);
    try {
        return readResponse(step, form, std::move(response.body), asked);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        throw Error(ErrorKind::BadReply,
                    step + ": the answer of " + url_.origin() +
                        " is no token response: " + error.path() + " " + error.what(),
                    error.path());
    }
}

}  // namespace fhir::smart
