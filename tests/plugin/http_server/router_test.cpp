#include "plugin/http_server/router.h"

#include <stdexcept>

#include "fhir/base/log.h"
#include "tests/support/json_at.h"

namespace router_test {

using fhir::Error;
using fhir::ErrorKind;
using plugin::http_server::Request;
using plugin::http_server::Response;
using plugin::http_server::Router;
using test::at;

namespace {

Request request(const std::string& method, const std::string& path) {
    Request result;
    result.method = method;
    result.path = path;
    result.id = "request-1";
    return result;
}

plugin::http_server::Handler says(const std::string& body) {
    return [body](const Request&) { return Response::json(200, body); };
}

/// A router with one route whose answer is the parameter of that name.
Response parameter(const std::string& pattern, const std::string& name, const std::string& path) {
    Router router;
    router.add("GET", pattern, [name](const Request& given) {
        return Response::json(200, given.parameters.at(name));
    });
    return router.dispatch(request("GET", path));
}

Response thrownBy(const Error& error) {
    Router router;
    router.add("GET", "/x", [error](const Request&) -> Response { throw error; });
    return router.dispatch(request("GET", "/x"));
}

}  // namespace

TEST_CASE("router: what is added to answers is added to refusals too, and to no other path",
          "[http]") {
    Router router;
    router.add("GET", "/a/{x}", says("{}"));
    router.add("GET", "/ab", says("{}"));
    router.finish("/a", [](const Request&, Response& response) { response.headers.set("X", "y"); });
    const auto added = [&](const std::string& path) {
        return router.dispatch(request("GET", path)).headers.find("X").has_value();
    };

    CHECK(added("/a/1"));
    CHECK(added("/a"));  // 404
    CHECK(added("/a/1/2/3"));
    CHECK_FALSE(added("/ab"));
    CHECK_FALSE(added("/b"));
}

TEST_CASE("router: of patterns that fit, the more literal one wins, whatever their order",
          "[http]") {
    const bool literalFirst = GENERATE(true, false);
    Router router;
    if (literalFirst) router.add("GET", "/app/patient", says("literal"));
    router.add("GET", "/app/{page}", says("parameter"));
    router.add("GET", "/{rest...}", says("rest"));
    if (!literalFirst) router.add("GET", "/app/patient", says("literal"));

    CHECK(router.dispatch(request("GET", "/app/patient")).body == "literal");
    CHECK(router.dispatch(request("GET", "/app/ward")).body == "parameter");
    CHECK(router.dispatch(request("GET", "/app/ward/7")).body == "rest");
    CHECK(router.dispatch(request("GET", "/app/ward")).route == "/app/{page}");
}

TEST_CASE("router: a parameter is one decoded segment that is not empty", "[http]") {
    const std::string pattern = "/app/ward/{unit}";

    CHECK(parameter(pattern, "unit", "/app/ward/ward-7").body == "ward-7");
    CHECK(parameter(pattern, "unit", "/app/ward/a%20b%2Fc").body == "a b/c");
    CHECK(parameter(pattern, "unit", "/app/ward/a+b").body == "a+b");
    CHECK(parameter(pattern, "unit", "/app/ward/").status == 404);
    CHECK(parameter(pattern, "unit", "/app/ward").status == 404);
    CHECK(parameter(pattern, "unit", "/app/ward/a/b").status == 404);
    CHECK(parameter(pattern, "unit", "/app/ward/%zz").status == 400);
    CHECK(parameter(pattern, "unit", "/app/ward/%2").status == 400);
}

TEST_CASE("router: a rest parameter takes all that follows", "[http]") {
    const std::string pattern = "/app/assets/{path...}";

    CHECK(parameter(pattern, "path", "/app/assets/a/b.js").body == "a/b.js");
    CHECK(parameter(pattern, "path", "/app/assets/a").body == "a");
    CHECK(parameter(pattern, "path", "/app/other").status == 404);
}

TEST_CASE("router: an unknown path is 404, a known one with another method 405", "[http]") {
    Router router;
    router.add("GET", "/x", says("get"));
    router.add("PUT", "/x", says("put"));

    const auto unknown = router.dispatch(request("GET", "/y"));
    const auto method = router.dispatch(request("POST", "/x"));
    const auto noPath = router.dispatch(request("GET", "x"));

    CHECK(unknown.status == 404);
    CHECK(unknown.route == "(none)");
    CHECK(method.status == 405);
    CHECK(method.headers.find("Allow") == "GET, PUT");
    CHECK(noPath.status == 400);
    for (const auto& response : {unknown, method, noPath}) {
        CHECK(response.headers.find("Content-Type") == "application/problem+json");
        CHECK(at(response.body, "/requestId") == "request-1");
        CHECK(at(response.body, "/status") == std::to_string(response.status));
    }
}

TEST_CASE("router: HEAD is GET without a body (RFC 9110, section 9.3.2)", "[http]") {
    Router router;
    router.add("GET", "/x", says("get"));

    CHECK(router.dispatch(request("HEAD", "/x")).status == 200);
    CHECK(router.dispatch(request("HEAD", "/y")).status == 404);
}

TEST_CASE("router: each kind of error has its status, and its place is named", "[http]") {
    const auto [kind, status] = GENERATE(table<ErrorKind, int>({
        {ErrorKind::InvalidInput, 400},
        {ErrorKind::Unauthorized, 401},
        {ErrorKind::Forbidden, 403},
        {ErrorKind::NotFound, 404},
        {ErrorKind::Conflict, 409},
        {ErrorKind::Refused, 502},
        {ErrorKind::BadReply, 502},
        {ErrorKind::Unavailable, 503},
    }));

    const auto response = thrownBy(Error(kind, "what is wrong", "/a/0"));

    CHECK(response.status == status);
    CHECK(response.route == "/x");
    CHECK(at(response.body, "/detail") == "what is wrong");
    CHECK(at(response.body, "/errors/0/pointer") == "/a/0");
    CHECK(at(response.body, "/title") != "");
    CHECK(at(response.body, "/type") ==
          std::string("urn:whatmatters:problem:") + fhir::toString(kind));
}

TEST_CASE("router: a fault of ours tells the operator's log, and nobody else", "[http]") {
    std::vector<std::string> log;
    fhir::log::redirect([&](const std::string& line) { log.push_back(line); });
    Router router;
    router.add("GET", "/x", [](const Request&) -> Response {
        throw std::runtime_error("secret of the inside");
    });

    const auto ours = thrownBy(Error(ErrorKind::Internal, "secret of the inside", "/secret"));
    const auto unexpected = router.dispatch(request("GET", "/x"));
    fhir::log::redirect(nullptr);

    REQUIRE(log.size() == 2);
    for (const auto& line : log) CHECK(at(line, "/request") == "request-1");
    for (const auto& response : {ours, unexpected}) {
        CHECK(response.status == 500);
        CHECK(response.body.find("secret") == std::string::npos);
        CHECK(at(response.body, "/requestId") == "request-1");
    }
}

TEST_CASE("router: where our own store is away or full, that is said, and the cause to the log",
          "[http]") {
    std::vector<std::string> log;
    fhir::log::redirect([&](const std::string& line) { log.push_back(line); });

    const auto response =
        thrownBy(Error(ErrorKind::Unavailable, "disk of db.example", fhir::ErrorOrigin::Store));
    fhir::log::redirect(nullptr);

    CHECK(response.status == 503);
    CHECK(at(response.body, "/type") == "urn:whatmatters:problem:store-unavailable");
    CHECK(at(response.body, "/title").find("EHR") == std::string::npos);
    CHECK(at(response.body, "/detail").starts_with("What was to be saved may not be saved yet."));
    CHECK(response.body.find("db.example") == std::string::npos);
    REQUIRE(log.size() == 1);
    CHECK(at(log.front(), "/why") == "disk of db.example");
}

TEST_CASE("router: a route may tell of its errors in its own way", "[http]") {
    plugin::http_server::Router router;
    const auto fail = [](const plugin::http_server::Request&) -> plugin::http_server::Response {
        throw fhir::Error(fhir::ErrorKind::Forbidden, "Not for you.");
    };
    router.add(
        "GET", "/page", fail,
        [](const plugin::http_server::Problem& said, const plugin::http_server::Request& request) {
            return plugin::http_server::Response{
                said.status, {}, said.detail + " " + request.id, {}};
        });
    router.add("GET", "/data", fail);
    plugin::http_server::Request request;
    request.method = "GET";
    request.id = "id-1";
    request.path = "/page";

    const auto page = router.dispatch(request);
    request.path = "/data";
    const auto data = router.dispatch(request);

    CHECK(page.status == 403);
    CHECK(page.body == "Not for you. id-1");
    CHECK(page.route == "/page");
    CHECK(data.headers.find("Content-Type") == "application/problem+json");
}

}  // namespace router_test
