#include "fhir/client/reply.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

#include "fhir/r4/datatypes.h"
#include "fhir/r4/operation_outcome.h"

namespace fhir {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kErrorBodyBytesMax = 256 * 1024;
constexpr milliseconds kLongest = std::chrono::hours(24);  ///< that we are asked to wait

/// One of more than 32 bits as the largest of them.
std::optional<std::uint32_t> wholeNumber(std::string_view text) noexcept {
    std::uint32_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, value);
    if (stop != end || fault == std::errc::invalid_argument) return std::nullopt;
    if (fault == std::errc::result_out_of_range) return std::numeric_limits<std::uint32_t>::max();
    return value;
}

ErrorKind kindOf(int status) noexcept {
    switch (status) {
        case 401:
            return ErrorKind::Unauthorized;
        case 403:
            return ErrorKind::Forbidden;
        case 404:
        case 410:
            return ErrorKind::NotFound;
        case 409:
        case 412:
            return ErrorKind::Conflict;
        case 408:
        case 425:
        case 429:
            return ErrorKind::Unavailable;
        default:
            break;
    }
    if (status >= 500 && status != 501) return ErrorKind::Unavailable;
    if (status >= 400) return ErrorKind::Refused;
    return ErrorKind::BadReply;
}

const char* advice(int status) noexcept {
    switch (status) {
        case 401:
            return "check the credentials of this connection";
        case 403:
            return "ask the server's administrator for this permission";
        case 404:
            return "check the address and the id";
        case 409:
            return "it is there already, or is being written by somebody else";
        case 412:
            return "another version is there, or more than one resource fits the condition";
        case 405:
        case 501:
            return "the server does not offer this interaction";
        case 429:
            return "the server is throttling; it is tried again later";
        default:
            return nullptr;
    }
}

bool looksLike(std::string_view body, std::string_view start) {
    const auto first = std::min(body.find_first_not_of(" \t\r\n"), body.size());
    return equalsIgnoringCase(body.substr(first, start.size()), start);
}

constexpr const char* kHtmlPage = "an HTML page";

std::string shapeOf(const http::Response& response) {
    const auto type = mediaType(response.headers.find("Content-Type").value_or(""));
    if (response.body.empty()) return "an empty body";
    if (type.find("html") != std::string::npos || looksLike(response.body, "<!DOCTYPE") ||
        looksLike(response.body, "<html"))
        return kHtmlPage;
    if (type.find("xml") != std::string::npos || looksLike(response.body, "<")) return "XML";
    if (type.starts_with("text/")) return "plain text";
    const bool json = type.find("json") != std::string::npos;
    return json ? "JSON that is broken" : "something that is no JSON";
}

ErrorKind kindOf(const OperationOutcome& outcome) noexcept {
    static constexpr std::pair<std::string_view, ErrorKind> kKinds[] = {
        {"login", ErrorKind::Unauthorized},        {"unknown", ErrorKind::Unauthorized},
        {"expired", ErrorKind::Unauthorized},      {"security", ErrorKind::Forbidden},
        {"forbidden", ErrorKind::Forbidden},       {"suppressed", ErrorKind::Forbidden},
        {"not-found", ErrorKind::NotFound},        {"deleted", ErrorKind::NotFound},
        {"conflict", ErrorKind::Conflict},         {"duplicate", ErrorKind::Conflict},
        {"multiple-matches", ErrorKind::Conflict}, {"transient", ErrorKind::Unavailable},
        {"timeout", ErrorKind::Unavailable},       {"throttled", ErrorKind::Unavailable},
        {"lock-error", ErrorKind::Unavailable},    {"no-store", ErrorKind::Unavailable},
        {"exception", ErrorKind::Unavailable},     {"incomplete", ErrorKind::Unavailable}};
    for (const auto& issue : outcome.issue)
        if (issue.severity == "error" || issue.severity == "fatal")
            for (const auto& [code, kind] : kKinds)
                if (issue.code == code) return kind;
    return ErrorKind::Refused;
}

/// What the body says, in codes. "" where it says nothing that may be repeated.
std::string said(const http::Response& response) {
    if (response.body.size() > kErrorBodyBytesMax) return "a very long answer";
    std::string unreadable = shapeOf(response);
    try {
        const auto document = json::Document::parse(response.body);
        const auto root = document.root();
        if (!root.isObject()) return {};
        if (root.findString("resourceType") != "OperationOutcome")
            return "JSON that is no OperationOutcome";
        unreadable = "an OperationOutcome that cannot be read";
        return OperationOutcome::fromJson(root).summary();
    } catch (const Error&) {
        return unreadable;
    }
}

}  // namespace

std::optional<milliseconds> retryAfter(const http::Response& response) {
    if (const auto exact = response.headers.find("x-ms-retry-after-ms"))
        if (const auto count = wholeNumber(*exact)) return std::min(milliseconds(*count), kLongest);
    const auto field = response.headers.find("Retry-After");
    if (!field) return std::nullopt;
    if (const auto until = parseHttpDate(*field)) {
        // By the server's own clock, which need not agree with ours.
        const auto now = parseHttpDate(response.headers.find("Date").value_or(""));
        if (!now) return std::nullopt;
        const auto wait = std::chrono::duration_cast<milliseconds>(*until - *now);
        return std::clamp(wait, milliseconds::zero(), kLongest);
    }
    const auto count = wholeNumber(*field);
    if (!count) return std::nullopt;
    return std::min<milliseconds>(std::chrono::seconds(*count), kLongest);
}

Error errorFromReply(const std::string& step, const http::Response& response) {
    std::string text = step + ": the server answered " + std::to_string(response.status);
    if (response.status >= 300 && response.status < 400)
        text += ", a redirect, which is not followed: name the final address as fhirBase";
    else if (const auto words = said(response); !words.empty())
        text += " (" + words + ")";
    if (const char* what = advice(response.status)) text += "; " + std::string(what);
    return Error(kindOf(response.status), text)
        .withStatus(response.status)
        .withRetryAfter(retryAfter(response));
}

json::Document jsonFromReply(const std::string& step, http::Response response) {
    return jsonFromReply(step, std::move(response),
                         [](std::string text) { return json::Document::parse(std::move(text)); });
}

json::Document jsonFromReply(const std::string& step, http::Response response,
                             const std::function<json::Document(std::string)>& parse) {
    const auto shape = shapeOf(response);
    try {
        return parse(std::move(response.body));
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        const auto what = shape == "JSON that is broken" ? "what is " + std::string(error.what())
                                                         : shape + " where FHIR JSON was expected";
        throw Error(ErrorKind::BadReply, step + ": the server answered " +
                                             std::to_string(response.status) + " with " + what)
            .withStatus(response.status)
            .withCause(shape == kHtmlPage ? kWebPage : "");
    }
}

void refuseOutcome(const std::string& step, const json::Value& root) {
    if (!root.isObject()) return;
    const auto type = root.find("resourceType");
    if (!type || !type->isString() || type->text() != "OperationOutcome") return;
    const auto outcome = [&] {
        try {
            return OperationOutcome::fromJson(root);
        } catch (const Error&) {
            throw Error(
                ErrorKind::BadReply,
                step + ": the server answered with an OperationOutcome that cannot be read");
        }
    }();
    const auto said = outcome.summary();
    throw Error(outcome.hasError() ? kindOf(outcome) : ErrorKind::BadReply,
                step + ": the server answered success, but with an OperationOutcome instead" +
                    (said.empty() ? "" : " (" + said + ")"));
}

std::string resourceFromLocation(std::string_view location, std::string_view type) {
    location = location.substr(0, location.find_first_of("?#"));
    while (location.ends_with('/')) location.remove_suffix(1);
    const Reference reference{std::string(location), {}, {}};
    const auto parts = parseReference(reference.relative());
    return parts && parts->type == type ? parts->text() : std::string();
}

}  // namespace fhir
