#include "adapters/simulator/metadata.h"

#include "adapters/simulator/definitions.h"
#include "fhir/base/json.h"
#include "fhir/r4/date_time.h"

namespace adapters::simulator {
namespace {

using fhir::json::Writer;

const char* name(Kind kind) {
    switch (kind) {
        case Kind::Token:
            return "token";
        case Kind::Reference:
            return "reference";
        case Kind::Date:
            return "date";
        case Kind::String:
            return "string";
    }
    return "";
}

void writeInteraction(Writer& writer, const char* code) {
    writer.beginObject().member("code", code).endObject();
}

void writeResource(Writer& writer, const Definition& definition) {
    writer.beginObject().member("type", definition.type);
    writer.key("interaction").beginArray();
    for (const char* code : {"read", "vread", "search-type"}) writeInteraction(writer, code);
    if (definition.create) writeInteraction(writer, "create");
    writer.endArray();
    writer.member("versioning", "versioned");
    if (definition.create) writer.member("conditionalCreate", true);
    bool anyReference = false;
    for (const auto& parameter : definition.parameters)
        anyReference = anyReference || parameter.kind == Kind::Reference;
    if (anyReference) {
        writer.key("searchInclude").beginArray();
        for (const auto& parameter : definition.parameters)
            if (parameter.kind == Kind::Reference)
                writer.string(std::string(definition.type) + ":" + std::string(parameter.name));
        writer.endArray();
    }
    writer.key("searchParam").beginArray();
    for (const auto& parameter : definition.parameters)
        writer.beginObject()
            .member("name", parameter.name)
            .member("type", name(parameter.kind))
            .endObject();
    writer.endArray().endObject();
}

}  // namespace

std::string capabilityStatement(const std::string& base, fhir::Instant started) {
    Writer writer;
    writer.beginObject()
        .member("resourceType", "CapabilityStatement")
        .member("status", "active")
        .member("date", fhir::toFhirInstant(started))
        .member("kind", "instance");
    writer.key("software").beginObject().member("name", "What Matters simulator").endObject();
    writer.key("implementation")
        .beginObject()
        .member("description", "A made-up hospital, in memory")
        .member("url", base)
        .endObject();
    writer.member("fhirVersion", "4.0.1");
    writer.key("format").beginArray().string("application/fhir+json").string("json").endArray();
    writer.key("rest").beginArray().beginObject().member("mode", "server");
    writer.key("resource").beginArray();
    for (const auto& definition : definitions()) writeResource(writer, definition);
    writer.endArray().endObject().endArray();
    return writer.endObject().take();
}

}  // namespace adapters::simulator
