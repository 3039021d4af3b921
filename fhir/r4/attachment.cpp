#include "fhir/r4/attachment.h"

namespace fhir {

Attachment Attachment::fromJson(const json::Value& json) {
    return {.contentType = json.findString("contentType"),
            .language = json.findString("language"),
            .data = json.findString("data"),
            .url = json.findString("url"),
            .size = json.findInteger("size"),
            .hash = json.findString("hash"),
            .title = json.findString("title"),
            .creation = findDateTime(json, "creation")};
}

void Attachment::toJson(json::Writer& writer) const {
    writer.beginObject()
        .member("contentType", contentType)
        .member("language", language)
        .member("data", data)
        .member("url", url);
    if (size) writer.member("size", *size);
    writer.member("hash", hash).member("title", title);
    writeDateTime(writer, "creation", creation);
    writer.endObject();
}

}  // namespace fhir
