#include "adapters/simulator/rewrite.h"

namespace adapters::simulator {
namespace {

using fhir::json::Type;
using fhir::json::Value;
using fhir::json::Writer;

void escape(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
}

void writeXml(std::string& out, std::string_view name, const Value& value);

void writeMembers(std::string& out, const Value& object) {
    for (const auto [name, member] : object.object())
        if (name != "resourceType") writeXml(out, name, member);
}

std::string_view primitive(const Value& value) {
    if (value.isString()) return value.text();
    if (value.type() == Type::Number) return value.number();
    return value.boolean() ? "true" : "false";
}

// Recursion is bounded: a document is never deeper than Limits::depthMax.
void writeXml(std::string& out, std::string_view name, const Value& value) {
    if (value.isNull()) return;
    if (value.isArray()) {
        for (const auto element : value.array()) writeXml(out, name, element);
        return;
    }
    const std::string tag(name);
    if (!value.isObject()) {
        out += "<" + tag + " value=\"";
        escape(out, primitive(value));
        out += "\"/>";
        return;
    }
    out += "<" + tag + ">";
    if (const auto type = value.findString("resourceType")) {
        out += "<" + *type + " xmlns=\"http://hl7.org/fhir\">";
        writeMembers(out, value);
        out += "</" + *type + ">";
    } else {
        writeMembers(out, value);
    }
    out += "</" + tag + ">";
}

}  // namespace

void rewrite(Writer& writer, const Value& value, const Replace& replace) {
    if (value.isArray()) {
        writer.beginArray();
        for (const auto element : value.array()) rewrite(writer, element, replace);
        writer.endArray();
    } else if (value.isObject()) {
        writer.beginObject();
        for (const auto [name, member] : value.object()) {
            if (replace(writer, name, member)) continue;
            writer.key(name);
            rewrite(writer, member, replace);
        }
        writer.endObject();
    } else {
        writer.value(value);
    }
}

std::string rewritten(const Value& value, const Replace& replace) {
    Writer writer;
    rewrite(writer, value, replace);
    return writer.take();
}

std::string xml(const Value& resource) {
    const auto type = resource.at("resourceType").string();
    std::string out = "<" + type + " xmlns=\"http://hl7.org/fhir\">";
    writeMembers(out, resource);
    return out + "</" + type + ">";
}

}  // namespace adapters::simulator
