#include "adapters/simulator/respond.h"
#include "adapters/simulator/vendors/vendors.h"

// GP Connect (NHS England): vendor facts, section 6. It is STU3: no R4 server, nothing to list a
// ward by, nothing to write to. A rehearsal shows that it is refused at once and says why.
namespace adapters::simulator::vendors {
namespace {

using fhir::Error;
using fhir::http::Request;
using fhir::http::Response;
using fhir::json::Writer;

constexpr const char* kSpineCodes =
    "https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1";

/// OperationOutcome with Spine codes (V, H).
Response refusal(const Error& error, const std::string&) {
    const int status = statusOf(error);
    Writer writer;
    writer.beginObject().member("resourceType", "OperationOutcome");
    writer.key("issue").beginArray().beginObject();
    writer.member("severity", "error").member("code", issueCode(status));
    writer.key("details").beginObject().key("coding").beginArray().beginObject();
    writer.member("system", kSpineCodes);
    writer.member("code", status == 404 ? "NO_RECORD_FOUND" : "BAD_REQUEST").endObject();
    writer.endArray().endObject().member("diagnostics", error.what());
    writer.endObject().endArray().endObject();
    return json(status, writer.take());
}

/// The proxy needs its four headers on all but /metadata (V, H); 415 for unknown formats (V, H).
std::optional<Response> gate(const Request& request) {
    if (request.url.path.ends_with("/metadata")) return std::nullopt;
    for (const char* name : {"Ssp-TraceID", "Ssp-From", "Ssp-To", "Ssp-InteractionID"})
        if (!request.headers.find(name))
            refuse(400, std::string("the header ") + name + " is missing");
    try {
        requireJsonAccepted(request);
    } catch (const Error&) {
        refuse(415, "the format is not supported");
    }
    return std::nullopt;
}

}  // namespace

Behaviour nhs() {
    Behaviour behaviour{.vendor = "nhs", .fhirVersion = "3.0.1"};
    behaviour.types = {
        {.type = "Patient",
         .interactions = {"read", "search-type"},
         .parameters = {"identifier"},
         .needs = {{"identifier"}}},
    };
    behaviour.conditionalCreate = ConditionalCreate::Ignored;
    behaviour.tokens.methods = {"private_key_jwt"};
    behaviour.tokens.algorithms = {"RS512"};
    behaviour.gate = gate;
    behaviour.refusal = refusal;
    return behaviour;
}

}  // namespace adapters::simulator::vendors
