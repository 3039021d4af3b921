#include "plugin/http_server/problem.h"

#include "fhir/base/json.h"

namespace plugin::http_server {

void requireMayWait(const Request& request) {
    if (!request.mayWait)
        throw fhir::Error(
            fhir::ErrorKind::Unavailable,
            "too many requests wait for the EHR at the moment; please try again soon");
}

Response problem(const Problem& said, const Request& request) {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("type", "urn:whatmatters:problem:" + said.type)
        .member("title", said.title)
        .member("status", static_cast<std::int64_t>(said.status))
        .member("detail", said.detail)
        .member("requestId", request.id);
    if (!said.errors.empty()) {
        writer.key("errors").beginArray();
        for (const auto& one : said.errors)
            writer.beginObject()
                .key("pointer")
                .string(one.path)
                .member("detail", one.text)
                .endObject();
        writer.endArray();
    }
    writer.endObject();
    Response response{
        said.status, {{"Content-Type", "application/problem+json"}}, writer.take(), {}};
    if (said.status == 503) response.headers.set("Retry-After", "2");
    return response;
}

}  // namespace plugin::http_server
