#include "fhir/r4/attachment.h"

namespace fhir {

Attachment Attachment::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.contentType = wanted.string(json, "contentType"),
            .language = wanted.string(json, "language"),
            .data = wanted.string(json, "data"),
            .url = wanted.string(json, "url"),
            .size = wanted.integer(json, "size"),
            .title = wanted.string(json, "title"),
            .creation = wanted.find<DateTime>(json, "creation")};
}

void Attachment::toJson(json::Writer& writer) const {
    writer.beginObject()
        .member("contentType", contentType)
        .member("language", language)
        .member("data", data)
        .member("url", url);
    if (size) writer.member("size", *size);
    writer.member("title", title);
    writeDateTime(writer, "creation", creation);
    writer.endObject();
}

}  // namespace fhir
