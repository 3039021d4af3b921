#pragma once

#include <map>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/base/headers.h"
#include "fhir/base/url.h"

namespace plugin::http {

/// A request that came in, complete and within its limits.
struct Request {
    std::string method;
    std::string path;   ///< as sent: still percent-encoded, begins with "/"
    std::string query;  ///< as sent, without "?"
    fhir::Headers headers;
    std::string body;
    std::string id;  ///< for logs and problem bodies; made by the server
    std::map<std::string, std::string> parameters;  ///< of the route, decoded: "{unit}" → "unit"
    fhir::Deadline received{};                      ///< when its first byte came
};

struct Response {
    int status = 200;
    fhir::Headers headers;
    std::string body;
    std::string route;  ///< the pattern that answered, for logs and metrics; set by the router
    /// How much of it is sent before the connection closes. Half or nothing only where a failing
    /// server is rehearsed.
    enum class Sent { Whole, Half, Nothing };
    Sent sent = Sent::Whole;

    static Response json(int status, std::string body) {
        return {status, {{"Content-Type", "application/json"}}, std::move(body), {}, {}};
    }
};

}  // namespace plugin::http
