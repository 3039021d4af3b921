#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugin/http_server/message.h"
#include "plugin/http_server/problem.h"

namespace plugin::http_server {

/// A handler is a function from request to response. It throws Error to refuse.
using Handler = std::function<Response(const Request&)>;

/// Adds to an answer that is ready. Must not throw.
using Finisher = std::function<void(const Request&, Response&)>;

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
