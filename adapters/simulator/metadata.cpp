#include "adapters/simulator/metadata.h"

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

void writeInteraction(Writer& writer, std::string_view code) {
    writer.beginObject().member("code", code).endObject();
}

void writeInteractions(Writer& writer, const Definition& definition, bool meta) {
    writer.key("interaction").beginArray();
    if (definition.rules != nullptr) {
        for (const auto code : definition.rules->interactions) writeInteraction(writer, code);
    } else {
        for (const char* code : {"read", "search-type"}) writeInteraction(writer, code);
        if (meta) writeInteraction(writer, "vread");
        if (definition.create) writeInteraction(writer, "create");
        if (definition.update) writeInteraction(writer, "update");
        if (definition.remove) writeInteraction(writer, "delete");
    }
    writer.endArray();
}

void writeIncludes(Writer& writer, const Definition& definition, const char* mark) {
    std::vector<std::string> includes;
    if (definition.rules != nullptr) {
        for (const auto name : definition.rules->includes)
            includes.push_back(
                name == "*" ? "*" : std::string(definition.type) + mark + std::string(name));
    } else {
        for (const auto& parameter : definition.parameters)
            if (parameter.kind == Kind::Reference)
                includes.push_back(std::string(definition.type) + ":" +
                                   std::string(parameter.name));
    }
    if (includes.empty()) return;
    writer.key("searchInclude").beginArray();
    for (const auto& include : includes) writer.string(include);
    writer.endArray();
}

void writeParameter(Writer& writer, std::string_view parameterName, const char* type) {
    writer.beginObject().member("name", parameterName).member("type", type).endObject();
}

void writeResource(Writer& writer, const Definition& definition, const Behaviour& behaviour) {
    writer.beginObject().member("type", definition.type);
    writeInteractions(writer, definition, behaviour.meta);
    writer.member("versioning", behaviour.etag ? "versioned" : "no-version");
    const bool isConditional = behaviour.conditionalCreate != ConditionalCreate::Ignored;
    if (definition.create && behaviour.saysConditionalCreate)
        writer.member("conditionalCreate", isConditional);
    writeIncludes(writer, definition, behaviour.dottedIncludes ? "." : ":");
    writer.key("searchParam").beginArray();
    for (const auto& parameter : definition.parameters)
        writeParameter(writer, parameter.name, name(parameter.kind));
    writer.endArray().endObject();
}

}  // namespace

std::string capabilityStatement(const std::string& base, fhir::Instant started,
                                const Behaviour& behaviour, const Catalogue& catalogue) {
    Writer writer;
    writer.beginObject()
        .member("resourceType", "CapabilityStatement")
        .member("status", "active")
        .member("date", fhir::toFhirInstant(started))
        .member("kind", "instance");
    writer.key("software").beginObject().member("name", behaviour.software).endObject();
    writer.key("implementation")
        .beginObject()
        .member("description", "A made-up hospital, in memory")
        .member("url", base)
        .endObject();
    writer.member("fhirVersion", behaviour.fhirVersion);
    writer.key("format").beginArray().string("application/fhir+json").string("json").endArray();
    writer.key("rest").beginArray().beginObject().member("mode", "server");
    writer.key("resource").beginArray();
    for (const auto& definition : catalogue.all()) writeResource(writer, definition, behaviour);
    writer.endArray().endObject().endArray();
    return writer.endObject().take();
}

}  // namespace adapters::simulator
