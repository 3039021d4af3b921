#include "plugin/http_server/router.h"

#include <algorithm>

#include "fhir/base/error.h"
#include "fhir/base/log.h"

namespace plugin::http_server {
namespace {

const std::string kGet = "GET";

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> segments;
    while (!path.empty()) {
        path.remove_prefix(1);  // the "/" before the segment
        const auto end = std::min(path.find('/'), path.size());
        segments.emplace_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return segments;
}

bool isParameter(std::string_view segment) {
    return segment.starts_with('{');
}
bool isRest(std::string_view segment) {
    return segment.ends_with("...}");
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (isRest(pattern[i])) return true;
        if (i >= path.size()) return false;
        if (isParameter(pattern[i]) ? path[i].empty() : pattern[i] != path[i]) return false;
    }
    return pattern.size() == path.size();
}

std::map<std::string, std::string> parametersOf(const std::vector<std::string>& pattern,
                                                const std::vector<std::string>& path) {
    std::map<std::string, std::string> result;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (!isParameter(pattern[i])) continue;
        if (isRest(pattern[i])) {
            std::string rest;
            for (auto at = i; at < path.size(); ++at) rest += (at == i ? "" : "/") + path[at];
            result[pattern[i].substr(1, pattern[i].size() - 5)] = rest;
        } else {
            result[pattern[i].substr(1, pattern[i].size() - 2)] = fhir::percentDecode(path[i]);
        }
    }
    return result;
}

auto literalCount(const std::vector<std::string>& pattern) {
    return std::count_if(pattern.begin(), pattern.end(),
                         [](const auto& segment) { return !isParameter(segment); });
}

const char* titleOf(fhir::ErrorKind kind) {
    switch (kind) {
        case fhir::ErrorKind::InvalidInput:
            return "The request is not right";
        case fhir::ErrorKind::Unauthorized:
            return "Please sign in again";
        case fhir::ErrorKind::Forbidden:
            return "Not allowed";
        case fhir::ErrorKind::NotFound:
            return "Not found";
        case fhir::ErrorKind::Conflict:
            return "It has changed meanwhile";
        case fhir::ErrorKind::Refused:
            return "The EHR refused this";
        case fhir::ErrorKind::BadReply:
            return "The EHR gave an answer that cannot be read";
        case fhir::ErrorKind::Unavailable:
            return "The EHR cannot be reached at the moment";
        case fhir::ErrorKind::Internal:
            return "Something went wrong on our side";
    }
    return "Error";
}

/// Whether our own database cannot be reached, is busy or full.
bool isOfStore(const fhir::Error& error) {
    return error.origin() == fhir::ErrorOrigin::Store;
}

Problem problemOf(const fhir::Error& error) {
    if (isOfStore(error))
        return {fhir::httpStatus(error.kind()), "store-unavailable",
                "What Matters cannot save or read at the moment",
                // "May": PostgreSQL's answer to a commit can be lost.
                "What was to be saved may not be saved yet. Please try again in a moment: nothing "
                "is saved twice. The request id helps the operator to find the cause."};
    Problem said{fhir::httpStatus(error.kind()), fhir::toString(error.kind()),
                 titleOf(error.kind()), error.what()};
    if (error.kind() == fhir::ErrorKind::Internal)
        said.detail = "Nothing that you did. The request id helps the operator to find the cause.";
    else if (!error.path().empty())
        said.errors = {{error.path(), error.what()}};
    return said;
}

}  // namespace

void Router::add(std::string method, std::string pattern, Handler handler, ProblemWriter writer) {
    auto segments = split(pattern);
    routes_.push_back({std::move(method), std::move(pattern), std::move(segments),
                       std::move(handler), std::move(writer)});
}

void Router::finish(std::string prefix, Finisher finisher) {
    finishers_.emplace_back(std::move(prefix), std::move(finisher));
}

std::vector<std::string> Router::routes() const {
    std::vector<std::string> result;
    for (const auto& route : routes_) result.push_back(route.method + " " + route.pattern);
    return result;
}

const Router::Route* Router::find(const Request& request, std::string& allowed) const {
    const auto path = split(request.path);
    const Route* best = nullptr;
    for (const auto& route : routes_) {
        if (!fits(route.segments, path)) continue;
        // HEAD is GET without a body (RFC 9110, section 9.3.2); the server leaves the body out.
        const auto& method = request.method == "HEAD" ? kGet : request.method;
        if (route.method != method) {
            allowed += (allowed.empty() ? "" : ", ") + route.method;
            continue;
        }
        if (best == nullptr || literalCount(route.segments) > literalCount(best->segments))
            best = &route;
    }
    return best;
}

Response Router::dispatch(Request request) const {
    std::string pattern = "(none)";
    const Route* route = nullptr;
    const auto say = [&](const Problem& said) {
        if (route != nullptr && route->writer) return route->writer(said, request);
        return problem(said, request);
    };
    const auto answer = [&]() -> Response {
        try {
            if (!request.path.starts_with('/'))
                return say({400, "invalid-input", "The request is not right",
                            "the path must begin with /"});
            std::string allowed;
            route = find(request, allowed);
            if (route == nullptr && allowed.empty())
                return say({404, "not-found", "Not found", "There is nothing at this address."});
            if (route == nullptr) {
                auto response = say({405, "method-not-allowed", "Method not allowed",
                                     "This address knows: " + allowed});
                response.headers.set("Allow", allowed);
                return response;
            }
            pattern = route->pattern;
            request.parameters = parametersOf(route->segments, split(request.path));
            return route->handler(request);
        } catch (const fhir::Error& error) {
            if (error.kind() == fhir::ErrorKind::Internal || isOfStore(error))
                fhir::log::error(
                    "request failed",
                    {{"request", request.id}, {"route", pattern}, {"why", error.what()}});
            return say(problemOf(error));
        } catch (const std::exception& error) {
            fhir::log::error("request failed unexpectedly",
                             {{"request", request.id}, {"route", pattern}});
            return say(problemOf(fhir::Error(fhir::ErrorKind::Internal, "")));
        }
    };
    auto response = answer();
    for (const auto& [prefix, finisher] : finishers_)
        if (request.path == prefix || request.path.starts_with(prefix + "/"))
            finisher(request, response);
    response.route = pattern;
    return response;
}

}  // namespace plugin::http_server
