#include "adapters/simulator/respond.h"
#include "adapters/simulator/vendors/vendors.h"
#include "fhir/base/random.h"

// The Personal Demographics Service of NHS England's API platform: vendor facts, section 6, and its
// specification (NHSDigital/personal-demographics-service-api, specification/components/paths,
// patient-get.yaml). Demographics of one patient by NHS number: nothing to
// list a ward by, nothing to write words to. Not played: its search by family name and birth date,
// which nothing here asks, and GP Connect, which is STU3.
namespace adapters::simulator::vendors {
namespace {

using fhir::Error;
using fhir::http::Request;
using fhir::http::Response;
using fhir::json::Writer;

constexpr const char* kSpineCodes = "https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode";
constexpr const char* kRequestId = "X-Request-ID";

const char* spineCode(int status) {
    switch (status) {
        case 401:
        case 403:
            return "ACCESS_DENIED";
        case 404:
            return "RESOURCE_NOT_FOUND";
        case 429:
            return "TOO_MANY_REQUESTS";
        default:
            return "INVALID_VALUE";
    }
}

Response outcome(int status, const std::string& code, const std::string& diagnostics) {
    Writer writer;
    writer.beginObject().member("resourceType", "OperationOutcome");
    writer.key("issue").beginArray().beginObject();
    writer.member("severity", "error").member("code", issueCode(status));
    writer.key("details").beginObject().key("coding").beginArray().beginObject();
    writer.member("system", kSpineCodes).member("version", "1").member("code", code).endObject();
    writer.endArray().endObject().member("diagnostics", diagnostics);
    writer.endObject().endArray().endObject();
    return json(status, writer.take());
}

/// OperationOutcome with Spine codes (V, H).
Response refusal(const Error& error, const std::string&) {
    const int status = statusOf(error);
    return outcome(status, spineCode(status), error.what());
}

/// A UUID with every request (V, H).
std::optional<Response> gate(const Request& request) {
    requireJsonAccepted(request);
    const auto id = request.headers.find(kRequestId);
    if (!id) return outcome(400, "MISSING_VALUE", "Missing value - 'X-Request-ID'");
    if (!fhir::isUuid(*id))
        return outcome(400, "INVALID_VALUE",
                       "Invalid value - '" + *id + "' in header 'X-Request-ID'");
    return std::nullopt;
}

/// "The X-Request-Id from the request header, if supplied, mirrored back."
void mirror(const Request& request, Response& response) {
    if (const auto id = request.headers.find(kRequestId)) response.headers.set(kRequestId, *id);
}

/// The eleventh's remainder of weighted digits makes the last one; where it would be 10, there is
/// no such number (NHS Data Dictionary, NHS NUMBER).
std::optional<char> checkDigit(std::string_view nine) {
    int sum = 0;
    for (int i = 0; i < 9; ++i) sum += (nine[static_cast<std::size_t>(i)] - '0') * (10 - i);
    const int check = 11 - sum % 11;
    if (check == 10) return std::nullopt;
    return static_cast<char>('0' + check % 11);
}

/// Numbers from 999 on are never given to anybody.
std::string nhsId(std::string_view type, std::string_view plain) {
    if (type != "Patient") return std::string(plain);
    for (const char* salt : {"", "a", "b", "c", "d", "e", "f", "g"}) {
        auto nine = "999" + scrambled(type, std::string(plain) + salt, 6, "0123456789");
        if (const auto check = checkDigit(nine)) return nine + *check;
    }
    throw std::logic_error("no NHS number can be made up");
}

}  // namespace

Behaviour nhs() {
    Behaviour behaviour{.vendor = "nhs"};
    behaviour.types = {
        {.type = "Patient", .interactions = {"read"}, .parameters = {}},
    };
    behaviour.metadata = false;  // V, H
    behaviour.conditionalCreate = ConditionalCreate::Ignored;
    behaviour.rate = {.requests = 5, .window = std::chrono::seconds(1)};  // V, H
    behaviour.tokens.methods = {"private_key_jwt"};
    behaviour.tokens.algorithms = {"RS512"};
    behaviour.gate = gate;
    behaviour.refusal = refusal;
    behaviour.finish = mirror;
    behaviour.id = nhsId;
    return behaviour;
}

}  // namespace adapters::simulator::vendors
