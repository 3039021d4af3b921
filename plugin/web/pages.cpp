#include "plugin/web/api.h"

#include "plugin/web_pages.h"

namespace plugin::web {
namespace {

/// No inline code, nothing from elsewhere. `frame-ancestors 'self'`: the demo's own frame.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-src 'self'; frame-ancestors 'self'";

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

http::Response notFound(const http::Request& request) {
    return http::problem(404, "Not found", "There is no such page.", request);
}

http::Response asset(const http::Request& request) {
    const auto name = "assets/" + request.parameters.at("path");
    const auto* file = fhir::findFile(web_pages::files(), name);
    if (file == nullptr) return notFound(request);
    // The build puts a hash of the content into the name, so a name never changes its bytes.
    return {200,
            {{"Content-Type", std::string(typeOf(name))},
             {"Cache-Control", "public, max-age=31536000, immutable"}},
            std::string(file->content),
            {}};
}

}  // namespace

http::Response page(std::string_view name, const http::Request& request, int status) {
    const auto* file = fhir::findFile(web_pages::files(), name);
    if (file == nullptr) return notFound(request);
    return {status,
            {{"Content-Type", std::string(typeOf(name))},
             {"Content-Security-Policy", std::string(kContentSecurityPolicy)},
             {"Referrer-Policy", "no-referrer"}},
            std::string(file->content),
            {}};
}

void addPages(http::Router& router) {
    router.add("GET", "/app/patient",
               [](const http::Request& request) { return page("patient.html", request); });
    router.add("GET", "/app/ward/{unit}",
               [](const http::Request& request) { return page("ward.html", request); });
    router.add("GET", "/app/assets/{path...}", asset);
    router.add("GET", "/app/{path...}",
               [](const http::Request& request) { return page("missing.html", request, 404); });
}

}  // namespace plugin::web
