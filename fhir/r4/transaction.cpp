#include "fhir/r4/transaction.h"

namespace fhir {

void Transaction::Entry::toJson(json::Writer& writer) const {
    const bool carries = method == "POST" || method == "PUT" || method == "PATCH";
    if (carries && resource.empty()) refuseMissing("resource");
    if (!carries && !resource.empty())
        throw Error(ErrorKind::InvalidInput, "must not be there: its method carries none",
                    "/resource");
    writer.beginObject().member("fullUrl", fullUrl);
    if (!resource.empty()) writer.key("resource").raw(resource);
    writer.key("request").beginObject();
    writeRequired(writer, "method", method);
    writeRequired(writer, "url", url);
    writer.member("ifMatch", ifMatch).member("ifNoneExist", ifNoneExist).endObject();
    writer.endObject();
}

void Transaction::toJson(json::Writer& writer) const {
    writer.beginObject().member("resourceType", resourceType);
    writeRequired(writer, "type", type);
    writeArray(writer, "entry", entry);
    writer.endObject();
}

}  // namespace fhir
