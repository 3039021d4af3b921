#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir/base/error.h"
#include "plugin/http_server/message.h"

namespace plugin::http_server {

/// A handler is a function from request to response. It throws Error to refuse.
using Handler = std::function<Response(const Request&)>;

/// Adds to an answer that is ready. Must not throw.
using Finisher = std::function<void(const Request&, Response&)>;

/// What is said about an error to whoever asked.
struct Problem {
    int status = 500;
    /// What programs, pages and tests know it by: "not-found", "store-unavailable"; never changes.
    std::string type;
    std::string title, detail;  ///< for people, and worded anew whenever that helps them
    std::vector<fhir::Issue> errors{};
};

/// The body of an error: application/problem+json (RFC 9457) with the request id. Its "type" is
/// "urn:whatmatters:problem:" and `type`; `errors` become "errors": [{"pointer","detail"}].
Response problem(const Problem& said, const Request& request);

/// Says it in another form than a problem body: as a page, for whoever reads and does not program.
using ProblemWriter = std::function<Response(const Problem&, const Request&)>;

/// Finds the handler for a request, and turns what it throws into a problem body. Paths are
/// literal but for segments in braces: "/app/ward/{unit}"; a last segment "{path...}" takes the
/// rest. Of several patterns that fit, the one with more literal segments wins.
class Router {
public:
    /// `writer`: how this route tells of its errors, where not by a problem body.
    void add(std::string method, std::string pattern, Handler handler, ProblemWriter writer = {});
    /// Has `finish` change every answer, refusals too, to the path `prefix` and those below it.
    void finish(std::string prefix, Finisher finisher);
    /// Each route as "GET /app/ward/{unit}".
    std::vector<std::string> routes() const;
    /// Never throws. 404 for an unknown path, 405 with Allow for a known one.
    Response dispatch(Request request) const;

private:
    struct Route {
        std::string method, pattern;
        std::vector<std::string> segments;
        Handler handler;
        ProblemWriter writer;
    };
    const Route* find(const Request& request, std::string& allowed) const;
    std::vector<Route> routes_;
    std::vector<std::pair<std::string, Finisher>> finishers_;
};

}  // namespace plugin::http_server
