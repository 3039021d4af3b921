#pragma once

#include <string>

#include "fhir/base/json.h"

namespace test {

/// Whether an object has this member; it may be null.
inline bool namesMember(const fhir::json::Value& object, std::string_view name) {
    for (const auto [known, value] : object.object())
        if (known == name) return true;
    return false;
}

/// Writes what a patch makes of a value (RFC 7396, JSON Merge Patch): a null takes a member away,
/// an array is replaced whole.
inline void writePatched(fhir::json::Writer& writer, const std::optional<fhir::json::Value>& value,
                         const fhir::json::Value& patch) {
    if (!patch.isObject()) {
        writer.value(patch);
        return;
    }
    const bool isObject = value && value->isObject();
    writer.beginObject();
    if (isObject)
        for (const auto [name, member] : value->object())
            if (!namesMember(patch, name)) writer.key(name).value(member);
    for (const auto [name, member] : patch.object())
        if (!member.isNull())
            writePatched(writer.key(name), isObject ? value->find(name) : std::nullopt, member);
    writer.endObject();
}

inline std::string patched(const std::string& json, const fhir::json::Value& patch) {
    const auto document = fhir::json::Document::parse(json);
    fhir::json::Writer writer;
    writePatched(writer, document.root(), patch);
    return writer.take();
}

}  // namespace test
