#include "adapters/simulator/respond.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "fhir/base/url.h"
#include "fhir/r4/operation_outcome.h"

namespace adapters::simulator {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::http::Request;
using fhir::http::Response;

constexpr const char* kJson = "application/fhir+json;charset=utf-8";

/// IMF-fixdate (RFC 9110, section 5.6.7).
std::string httpDate(fhir::Instant instant) {
    using namespace std::chrono;
    static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                      "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = floor<days>(instant);
    const year_month_day date{day};
    const hh_mm_ss time{floor<seconds>(instant - day)};
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                  kDays.at(weekday{day}.c_encoding()), static_cast<unsigned>(date.day()),
                  kMonths.at(static_cast<unsigned>(date.month()) - 1),
                  static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return buffer.data();
}

/// Whether one element of an Accept field lets FHIR JSON through.
bool accepts(std::string_view element) {
    const auto type = fhir::mediaType(std::string(element));
    const bool fits = type == "*/*" || type == "application/*" || type == "application/fhir+json" ||
                      type == "application/json" || type == "application/json+fhir";
    const auto quality = element.find("q=0");
    const bool isExcluded = quality != std::string_view::npos &&
                            element.find_first_not_of("0.", quality + 3) == std::string_view::npos;
    return fits && !isExcluded;
}

}  // namespace

int statusOf(const Error& error) {
    return error.status() != 0 ? error.status() : fhir::httpStatus(error.kind());
}

const char* issueCode(int status) {
    switch (status) {
        case 401:
            return "login";
        case 403:
            return "forbidden";
        case 404:
            return "not-found";
        case 405:
        case 406:
        case 415:
            return "not-supported";
        case 410:
            return "expired";
        case 412:
            return "multiple-matches";
        case 413:
            return "too-long";
        case 422:
            return "processing";
        case 429:
            return "throttled";
        case 503:
            return "transient";
        case 507:
            return "too-costly";
        default:
            return status < 500 ? "invalid" : "exception";
    }
}

std::optional<std::vector<std::string>> pathBelow(std::string_view path, std::string_view base) {
    while (base.ends_with('/')) base.remove_suffix(1);
    if (!path.starts_with(base)) return std::nullopt;
    path.remove_prefix(base.size());
    if (!path.empty() && path.front() != '/') return std::nullopt;
    std::vector<std::string> segments;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        if (end > 0 || end < path.size())
            segments.push_back(fhir::percentDecode(path.substr(0, end)));
        path.remove_prefix(end);
    }
    return segments;
}

void requireJsonAccepted(const Request& request) {
    if (const auto format = fhir::Query::parse(request.url.query).find("_format")) {
        if (*format == "json" || *format == "application/json" ||
            *format == "application/fhir+json")
            return;
        throw Error(ErrorKind::Refused, "only JSON can be had").withStatus(406);
    }
    const auto accept = request.headers.find("Accept");
    if (!accept || accept->empty()) return;
    std::string_view rest = *accept;
    while (!rest.empty()) {
        const auto end = std::min(rest.find(','), rest.size());
        if (accepts(rest.substr(0, end))) return;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    throw Error(ErrorKind::Refused, "only JSON can be had: Accept: application/fhir+json")
        .withStatus(406);
}

void requireContentType(const Request& request, std::initializer_list<std::string_view> allowed) {
    const auto type = fhir::mediaType(request.headers.find("Content-Type").value_or(""));
    if (std::find(allowed.begin(), allowed.end(), type) == allowed.end())
        throw Error(ErrorKind::Refused,
                    "the body must be sent as Content-Type: " + std::string(*allowed.begin()))
            .withStatus(415);
}

Response json(int status, std::string body) {
    return {status, {{"Content-Type", kJson}}, std::move(body)};
}

Response bundle(std::string body) {
    auto response = json(200, std::move(body));
    response.headers.set("Cache-Control", "no-store");
    return response;
}

Response resource(int status, const Stored& stored, const Behaviour& behaviour) {
    auto response = json(status, stored.text);
    if (behaviour.etag) response.headers.set("ETag", "W/\"" + stored.version + "\"");
    if (behaviour.meta) response.headers.set("Last-Modified", httpDate(stored.updated));
    return response;
}

Response written(int status, const Stored& stored, const std::string& base, const Request& request,
                 const Behaviour& behaviour) {
    using Location = Created::Location;
    auto response = resource(status, stored, behaviour);
    auto location = stored.reference();
    if (behaviour.created.location != Location::Relative) location = base + "/" + location;
    if (behaviour.created.location == Location::Versioned)
        location += "/_history/" + stored.version;
    response.headers.set("Location", location);
    if (!behaviour.created.contentType.empty())
        response.headers.set("Content-Type", std::string(behaviour.created.contentType));
    const auto prefer = request.headers.find("Prefer").value_or("");
    if (!behaviour.created.body || prefer.find("return=minimal") != std::string::npos) {
        response.body.clear();
    } else if (prefer.find("return=OperationOutcome") != std::string::npos) {
        response.body = fhir::OperationOutcome::oneIssue(
            "information", "informational", status == 201 ? "created" : "was there already");
    }
    return response;
}

Response outcome(const Error& error) {
    const int status = statusOf(error);
    fhir::json::Writer writer;
    writer.beginObject().member("resourceType", "OperationOutcome");
    writer.key("issue").beginArray().beginObject();
    writer.member("severity", "error")
        .member("code", issueCode(status))
        .member("diagnostics", error.what());
    if (!error.path().empty())
        writer.key("expression").beginArray().string(error.path()).endArray();
    writer.endObject().endArray().endObject();
    return json(status, writer.take());
}

std::optional<Response> refusedMethod(const Request& request,
                                      const std::vector<std::string_view>& allowed) {
    std::string names;
    for (const auto method : allowed) {
        if (request.method == method) return std::nullopt;
        names += (names.empty() ? "" : ", ") + std::string(method);
    }
    auto response =
        outcome(Error(ErrorKind::Refused, "this address takes only " + names).withStatus(405));
    response.headers.set("Allow", names);
    return response;
}

}  // namespace adapters::simulator
