#include "fhir/base/markup.h"
#include "plugin/api/api.h"
#include "plugin/api/web_pages.h"
#include "plugin/http_server/compression.h"
#include "plugin/sessions/sessions.h"
#include "plugin/settings/settings.h"

namespace plugin::api {
namespace {

/// No inline code, nothing from elsewhere.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'";

std::string contentSecurityPolicy(const Settings& settings, const std::string& connection) {
    std::string policy(kContentSecurityPolicy);
    for (const auto& one : settings.connections)
        if (one.launch && (connection.empty() || connection == one.id))
            for (const auto& origin : one.launch->frameAncestors) policy += " " + origin;
    return policy;
}

/// Puts `text` where the page says {{name}}.
void fill(std::string& page, std::string_view name, std::string_view text) {
    const auto mark = "{{" + std::string(name) + "}}";
    const auto at = page.find(mark);
    if (at != std::string::npos) page.replace(at, mark.size(), fhir::escapeMarkup(text));
}

std::string_view typeOf(std::string_view name) {
    const auto dot = name.rfind('.');
    const auto extension = dot == std::string_view::npos ? "" : name.substr(dot);
    if (extension == ".html") return "text/html; charset=utf-8";
    if (extension == ".js") return "text/javascript; charset=utf-8";
    if (extension == ".css") return "text/css; charset=utf-8";
    if (extension == ".svg") return "image/svg+xml";
    if (extension == ".png") return "image/png";
    if (extension == ".woff2") return "font/woff2";
    return "application/octet-stream";
}

http_server::Response notFound(const http_server::Request& request) {
    return http_server::problem({404, "not-found", "Not found", "There is no such page."}, request);
}

/// Puts the file into the answer, in the best form that the build made of it and the caller takes.
/// False if there is no such file.
bool addFile(const std::string& name, const http_server::Request& request,
             http_server::Response& response) {
    using http_server::Coding;
    const auto files = web_pages::files();
    const auto* file = fhir::findFile(files, name);
    if (file == nullptr) return false;
    response.headers.set("Content-Type", std::string(typeOf(name)));
    response.headers.set("Vary", "Accept-Encoding");
    const auto coding = http_server::preferredCoding(request);
    const auto* ending = coding == Coding::Brotli ? ".br" : ".gz";
    const auto* packed =
        coding == Coding::Identity ? nullptr : fhir::findFile(files, name + ending);
    if (packed != nullptr)
        response.headers.set("Content-Encoding", std::string(http_server::toString(coding)));
    response.body = (packed == nullptr ? file : packed)->content;
    return true;
}

http_server::Response asset(const http_server::Request& request) {
    http_server::Response response;
    if (!addFile("assets/" + request.parameters.at("path"), request, response))
        return notFound(request);
    // The build puts a hash of the content into the name, so a name never changes its bytes.
    response.headers.set("Cache-Control", "public, max-age=31536000, immutable");
    return response;
}

fhir::Headers pageHeaders(const Uses& uses, const std::string& connection) {
    return {{"Content-Security-Policy", contentSecurityPolicy(uses.settings, connection)},
            {"Referrer-Policy", "no-referrer"}};
}

}  // namespace

http_server::Response page(std::string_view name, const http_server::Request& request,
                           const Uses& uses, const std::string& connection, int status) {
    http_server::Response response{status, pageHeaders(uses, connection), {}, {}};
    return addFile(std::string(name), request, response) ? response : notFound(request);
}

http_server::ProblemWriter problemPage(const Uses& uses) {
    return [uses](const http_server::Problem& said, const http_server::Request& request) {
        http_server::Response response{said.status, pageHeaders(uses, ""), {}, {}};
        addFile("problem.html", {}, response);  // as it is, to be filled
        fill(response.body, "title", said.title);
        fill(response.body, "detail", said.detail);
        fill(response.body, "requestId", request.id);
        return response;
    };
}

void addPages(http_server::Router& router, const Uses& uses) {
    // A browser that shows no session gets the page as well, which then says so; nobody frames it.
    const auto add = [&](const char* pattern, const char* name) {
        router.add("GET", pattern, [uses, name](const http_server::Request& request) {
            auto connection = uses.sessions.connectionOf(request);
            return page(name, request, uses, connection.empty() ? "-" : connection);
        });
    };
    add("/app/units", "units.html");
    add("/app/patient", "patient.html");
    add("/app/ward/{unit}", "ward.html");
    router.add("GET", "/app/assets/{path...}", asset);
    router.add("GET", "/app/{path...}", [uses](const http_server::Request& request) {
        return page("missing.html", request, uses, "", 404);
    });
}

}  // namespace plugin::api
