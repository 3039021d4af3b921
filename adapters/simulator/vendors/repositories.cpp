#include "adapters/simulator/respond.h"
#include "adapters/simulator/vendors/vendors.h"

// Azure, Google, HealthLake and InterSystems' IRIS repository: vendor facts, sections 5 and 12.
namespace adapters::simulator::vendors {
namespace {

using fhir::Error;
using fhir::http::Request;
using fhir::http::Response;
using fhir::json::Writer;

/// Errors may be those of the cloud and no OperationOutcome (V, H).
Response googleRefusal(const Error& error, const std::string&) {
    const int status = statusOf(error);
    if (status != 401 && status != 403 && status != 429 && status < 500) return outcome(error);
    Writer writer;
    writer.beginObject().key("error").beginObject();
    writer.member("code", static_cast<std::int64_t>(status)).member("message", error.what());
    writer.member("status", status == 429 ? "RESOURCE_EXHAUSTED" : "UNAVAILABLE");
    writer.endObject().endObject();
    return {status, {{"Content-Type", "application/json"}}, writer.take()};
}

/// A body must be application/fhir+json (V, H).
std::optional<Response> googleGate(const Request& request) {
    requireJsonAccepted(request);
    const bool isSearch = request.url.path.ends_with("/_search");
    if ((request.method == "POST" || request.method == "PUT") && !isSearch)
        requireContentType(request, {"application/fhir+json"});
    return std::nullopt;
}

}  // namespace

Behaviour azure() {
    Behaviour behaviour{.vendor = "azure"};
    behaviour.paging = {.parameter = "ct", .atType = true, .standard = 10, .most = 1000};  // (C, H)
    behaviour.rate = {.milliseconds = true};                                               // (C, H)
    behaviour.bulk = {.levels = {"Group", "Patient", "system"}};
    behaviour.id = uuidFor;
    return behaviour;
}

Behaviour google() {
    Behaviour behaviour{.vendor = "google"};
    behaviour.conditionalCreate = ConditionalCreate::IdentifierAlone;  // (V, H)
    behaviour.paging = {.parameter = "_page_token", .atType = true, .standard = 100, .most = 1000};
    behaviour.gate = googleGate;
    behaviour.refusal = googleRefusal;
    behaviour.id = uuidFor;
    return behaviour;
}

Behaviour healthlake() {
    Behaviour behaviour{.vendor = "healthlake"};
    // The same key again: 409 with what there is (V, H). Conditional create: not mentioned.
    behaviour.idempotencyHeader = "x-amz-fhir-idempotency-key";
    behaviour.conditionalCreate = ConditionalCreate::Ignored;
    behaviour.paging = {.parameter = "page", .atType = true, .standard = 100, .most = 100};
    behaviour.bulk = {.levels = {"Group", "Patient", "system"}};
    behaviour.id = uuidFor;
    return behaviour;
}

Behaviour intersystems() {
    // The repository takes everything, conditional create too (V, H). What TrakCare itself shows
    // could not be confirmed.
    Behaviour behaviour{.vendor = "intersystems"};
    behaviour.tokens.methods = {"client_secret_basic"};  // (T/V)
    return behaviour;
}

}  // namespace adapters::simulator::vendors
