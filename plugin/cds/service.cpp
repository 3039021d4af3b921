#include "plugin/cds/service.h"

#include <set>

#include "plugin/cds/card_service.h"
#include "plugin/settings/settings.h"

namespace plugin::cds {
namespace {

constexpr const char* kRoot = "/cds-services";

/// Cross-origin calls of browsers (Fetch Standard, section 3.2), for the origins that the site
/// names. Never with cookies: a caller shows its token.
void allowOrigins(http_server::Router& router, const Connections& connections) {
    std::set<std::string> origins;
    for (const auto& [id, connection] : connections)
        origins.insert(connection.settings.cds.origins.begin(),
                       connection.settings.cds.origins.end());
    router.finish(
        kRoot, [origins](const http_server::Request& request, http_server::Response& response) {
            response.headers.add("Vary", "Origin");
            const auto origin = request.headers.find("Origin");
            if (!origin || origins.count(*origin) == 0) return;
            response.headers.set("Access-Control-Allow-Origin", *origin);
            if (request.method != "OPTIONS") return;
            response.headers.set("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
            response.headers.set("Access-Control-Allow-Headers", "Authorization, Content-Type");
            response.headers.set("Access-Control-Max-Age", "600");
        });
    const std::string root(kRoot);
    for (const auto& path : {root, root + "/{id}", root + "/{id}/feedback"})
        router.add("OPTIONS", path, [](const http_server::Request&) {
            return http_server::Response{204, {}, {}, {}};
        });
}

}  // namespace

void addServices(http_server::Router& router, const Uses& uses, ServiceOptions options) {
    // Shared by the handlers that the router keeps.
    const auto service = std::make_shared<CardService>(uses, options);
    const std::string root(kRoot);
    router.add("GET", root, [service](const http_server::Request& request) {
        return service->discover(request);
    });
    router.add("POST", root + "/{id}",
               [service](const http_server::Request& request) { return service->call(request); });
    router.add("POST", root + "/{id}/feedback", [service](const http_server::Request& request) {
        return service->feedback(request);
    });
    allowOrigins(router, uses.connections);
}

}  // namespace plugin::cds
