#include "adapters/simulator/html.h"

#include "fhir/base/markup.h"

namespace adapters::simulator {

fhir::http::Response htmlPage(int status, std::string_view title, std::string_view body,
                              const std::string& origins) {
    fhir::http::Response response;
    response.status = status;
    response.headers.set("Content-Type", "text/html; charset=utf-8");
    // `form-action` holds for where a form's answer leads to as well.
    response.headers.set(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-src 'self' " +
            origins + "; form-action 'self' " + origins);
    response.headers.set("Referrer-Policy", "no-referrer");
    response.body =
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>" +
        fhir::escapeMarkup(title) +
        "</title>\n<link rel=\"icon\" href=\"data:,\">\n"
        "<link rel=\"stylesheet\" href=\"/chart/ehr.css\">\n</head>\n<body>\n" +
        std::string(body) + "\n</body>\n</html>\n";
    return response;
}

fhir::http::Response seeOther(const std::string& location) {
    fhir::http::Response response;
    response.status = 303;
    response.headers.set("Location", location);
    response.headers.set("Referrer-Policy", "no-referrer");
    return response;
}

std::string valueOf(const fhir::Query& query, std::string_view name) {
    return query.find(name).value_or("");
}

}  // namespace adapters::simulator
