#include "plugin/fhir_api/capability.h"

#include "fhir/base/json.h"
#include "plugin/fhir_api/search.h"

namespace plugin::fhir_api {
namespace {

using fhir::json::Writer;

/// When what is said here last changed.
constexpr const char* kDate = "2026-11-29";

const char* name(ParameterKind kind) {
    switch (kind) {
        case ParameterKind::Token:
            return "token";
        case ParameterKind::Reference:
            return "reference";
        case ParameterKind::Date:
            return "date";
    }
    return "";
}

void writeParameter(Writer& writer, std::string_view parameter, const char* kind) {
    writer.beginObject().member("name", parameter).member("type", kind).endObject();
}

void writeType(Writer& writer, const ServedType& served) {
    writer.beginObject().member("type", served.type).key("interaction").beginArray();
    for (const char* code : {"read", "search-type"})
        writer.beginObject().member("code", code).endObject();
    writer.endArray().member("versioning", "no-version").key("searchParam").beginArray();
    writeParameter(writer, "_id", "token");
    writeParameter(writer, "_lastUpdated", "date");
    for (const auto& parameter : served.parameters)
        writeParameter(writer, parameter.name, name(parameter.kind));
    writer.endArray().endObject();
}

void writeSecurity(Writer& writer) {
    writer.key("security").beginObject().key("service").beginArray().beginObject();
    writer.key("coding").beginArray().beginObject();
    writer.member("system", "http://terminology.hl7.org/CodeSystem/restful-security-service")
        .member("code", "OAuth")
        .endObject()
        .endArray()
        .endObject()
        .endArray()
        .member("description",
                "A bearer token of the EHR's authorization server. Its scopes say what is seen: "
                "system/ opens every patient, patient/ and user/ the patient of the launch.")
        .endObject();
}

/// Of whose patients there is nothing here; "" where there may be of all.
std::string keptElsewhere(const Settings& settings) {
    std::string names;
    for (const auto& connection : settings.connections)
        if (!connection.companionServer.empty())
            names += (names.empty() ? "" : ", ") + connection.id;
    if (names.empty()) return names;
    return "What the EHR cannot hold is kept by another FHIR server, and not served here, for: " +
           names + ".";
}

}  // namespace

std::string capabilityStatement(const Settings& settings) {
    Writer writer;
    writer.beginObject()
        .member("resourceType", "CapabilityStatement")
        .member("status", "active")
        .member("date", kDate)
        .member("kind", "instance")
        .member("fhirVersion", "4.0.1");
    writer.key("software").beginObject().member("name", "What Matters companion").endObject();
    writer.key("implementation")
        .beginObject()
        .member("description", "Statements of what matters and team flags that the EHR cannot hold")
        .member("url", settings.publicUrl.origin() + "/fhir")
        .endObject();
    writer.key("format").beginArray().string("application/fhir+json").string("json").endArray();
    writer.key("rest").beginArray().beginObject().member("mode", "server");
    if (const auto elsewhere = keptElsewhere(settings); !elsewhere.empty())
        writer.member("documentation", elsewhere);
    writeSecurity(writer);
    writer.key("resource").beginArray();
    for (const auto& served : servedTypes()) writeType(writer, served);
    writer.endArray().endObject().endArray();
    return writer.endObject().take();
}

}  // namespace plugin::fhir_api
