#include "adapters/simulator/respond.h"
#include "adapters/simulator/search.h"
#include "adapters/simulator/vendors/vendors.h"

// athenahealth, eClinicalWorks, NextGen: vendor facts, sections 4, 8 and 9.
namespace adapters::simulator::vendors {
namespace {

using fhir::Error;
using fhir::http::Request;
using fhir::http::Response;
using fhir::json::Writer;

constexpr const char* kPractice = "Organization/a-1.Practice-195900";

const NameList kReadSearch{"read", "search-type"};
const NameList kReadSearchCreate{"read", "search-type", "create"};

TypeRules ofPatient(std::string_view type, NameList parameters,
                    NameList interactions = kReadSearch) {
    return {.type = type,
            .interactions = std::move(interactions),
            .parameters = std::move(parameters),
            .needs = {{"_id"}, {"patient"}}};
}

TypeRules freely(std::string_view type, NameList parameters) {
    return {.type = type, .interactions = kReadSearch, .parameters = std::move(parameters)};
}

void writeAnswers(const Attempt& attempt) {
    require(attempt.body, 400, {"questionnaire", "subject"});
}

// --- athenahealth (section 4) -------------------------------------------------------------------

/// Ids name the practice and contain "." (C/V, H).
std::string athenaId(std::string_view type, std::string_view plain) {
    std::string kind(type);
    if (type == "Patient") kind = "E";
    if (type == "Encounter") kind = "encounter";
    if (type == "Location") kind = "Department";
    if (type == "Practitioner") kind = "Provider";
    return "a-195900." + kind + "-" + scrambled(type, plain, 10, "123456789");
}

/// Without the practice nothing is answered, and the gateway says so in its own form (M, H).
std::optional<Response> athenaGate(const Request& request) {
    requireJsonAccepted(request);
    const auto query = fhir::Query::parse(request.url.query).find("ah-practice");
    const auto practice = query ? query : request.headers.find("ah-practice");
    if (practice == kPractice) return std::nullopt;
    return Response{400,
                    {{"Content-Type", "application/json"}},
                    R"({"details":"Could not determine what practice the request is for."})"};
}

/// Missing parameters are severity fatal, code forbidden (M, H).
Response athenaRefusal(const Error& error, const std::string&) {
    const int status = statusOf(error);
    const std::string why = error.what();
    if (status == 429 || status >= 500 || status == 401)  // by the gateway (M)
        return {status,
                {{"Content-Type", "application/json"}},
                R"({"detailedmessage":"The gateway refused the request.","error":"refused"})"};
    const bool isForbidden = why.starts_with(kNeedsMore);
    Writer writer;
    writer.beginObject().member("resourceType", "OperationOutcome");
    writer.key("issue").beginArray().beginObject();
    writer.member("severity", isForbidden ? "fatal" : "error");
    writer.member("code", isForbidden ? "forbidden" : issueCode(status));
    writer.member("diagnostics", why).endObject().endArray().endObject();
    return json(isForbidden ? 403 : status, writer.take());
}

// --- eClinicalWorks (section 8) -----------------------------------------------------------------

/// Reads answer with an OperationOutcome, writes with a numeric status (V-quoted, Md).
Response ecwRefusal(const Error& error, const std::string& method) {
    if (method == "GET" || method == "HEAD") return outcome(error);
    Writer writer;
    writer.beginObject().member("status", std::int64_t{1000} + statusOf(error));
    writer.member("message", error.what()).endObject();
    return {statusOf(error), {{"Content-Type", "application/json"}}, writer.take()};
}

// --- NextGen (section 9) ------------------------------------------------------------------------

/// application/fhir+json and nothing else (M, H).
std::optional<Response> nextgenGate(const Request& request) {
    const auto accept = request.headers.find("Accept").value_or("*/*");
    if (accept.find("application/fhir+json") != std::string::npos ||
        accept.find("*/*") != std::string::npos)
        return std::nullopt;
    return Response{406, {}, {}};
}

}  // namespace

Behaviour athenahealth() {
    Behaviour behaviour{.vendor = "athenahealth"};
    // Encounter: patient or _id (M, H); no population search; Appointment by _id alone (M, H);
    // Observation read and search; answers can be created (M, H).
    behaviour.types = {
        {.type = "Encounter",
         .interactions = kReadSearch,
         .parameters = {"patient", "date", "location", "practitioner", "service-provider",
                        "_lastUpdated"},
         .needs = {{"patient"}, {"_id"}},
         .includes = {"patient"}},
        ofPatient("Observation", {"patient", "category", "code", "date", "_lastUpdated"}),
        ofPatient("DocumentReference", {"patient", "category", "type", "date"}),
        ofPatient("QuestionnaireResponse", {"patient"}, kReadSearchCreate),
        ofPatient("RelatedPerson", {"patient"}),
        {.type = "Appointment", .interactions = kReadSearch, .parameters = {}, .needs = {{"_id"}}},
        freely("Patient", {"identifier", "name"}),
        freely("Location", {"name"}),
        freely("Organization", {"name"}),
        freely("Practitioner", {"name"}),
        {.type = "Questionnaire", .interactions = {"read"}, .parameters = {}},
        {.type = "Subscription",
         .interactions = {"read", "search-type", "create", "delete"},
         .parameters = {}},
    };
    for (auto& rules : behaviour.types)
        if (rules.type == "QuestionnaireResponse") rules.write = writeAnswers;
    // Signed where the create gave a secret; counted within a notification (V, H).
    behaviour.notifications = {.subscriptionStatus = true,
                               .numbersEvents = false,
                               .secretHeader = "X-Hub-Secret",
                               .signatureHeader = "X-Hub-Signature"};
    behaviour.conditionalCreate = ConditionalCreate::Ignored;  // no idempotency (M, Md)
    behaviour.relaxedBody = true;
    behaviour.always = {"ah-practice", kPractice};
    behaviour.paging = {.parameter = "cursor",
                        .before = "ah-practice=Organization%2Fa-1.Practice-195900&",
                        .atType = true};
    behaviour.created = {.body = false, .location = Created::Location::Plain};  // G
    // scope is mandatory (C/M, H); v1 or v2 by registration.
    behaviour.tokens.scopeRequired = true;
    behaviour.gate = athenaGate;
    behaviour.refusal = athenaRefusal;
    behaviour.id = athenaId;
    return behaviour;
}

Behaviour eclinicalworks() {
    Behaviour behaviour{.vendor = "eclinicalworks", .software = "eCW FHIR Facade 1.6 (simulated)"};
    // Encounter by location or practitioner is listed; that it needs a patient: not known.
    behaviour.types = {
        {.type = "Encounter",
         .interactions = kReadSearch,
         .parameters = {"patient", "date", "location", "practitioner"},
         .needs = {{"_id"}, {"patient"}},
         .includes = {"*"},
         .dropsUnknown = true},
        ofPatient("Observation", {"patient", "category", "code", "date"}),
        ofPatient("DocumentReference", {"patient", "category", "type", "date"}),
        ofPatient("QuestionnaireResponse", {"patient"}, kReadSearchCreate),
        ofPatient("RelatedPerson", {"patient"}),
        freely("Patient", {"identifier", "name"}),
        {.type = "Group", .interactions = {}, .parameters = {}},  // to be exported
        freely("Location", {"name"}),
        freely("Organization", {"name"}),
        freely("Practitioner", {"name"}),
        {.type = "Questionnaire", .interactions = {"read"}, .parameters = {}},
    };
    for (auto& rules : behaviour.types) {
        rules.dropsUnknown = true;
        if (rules.type == "QuestionnaireResponse") rules.write = writeAnswers;
    }
    behaviour.contentType = "application/json+fhir";  // legacy types come too (M, Md)
    behaviour.etag = false;
    behaviour.conditionalCreate = ConditionalCreate::Ignored;
    behaviour.relaxedBody = true;
    behaviour.paging = {.parameter = "page", .atType = true, .count = ""};
    behaviour.created = {.body = false, .location = Created::Location::Plain};  // G
    // 250 a minute and practice, until the top of the minute, no Retry-After (V-quoted, H).
    behaviour.rate = {.requests = 250,
                      .window = std::chrono::seconds(60),
                      .onTheClock = true,
                      .retryAfter = false};
    // 202, Retry-After 120; a second job is refused (V-quoted, Md).
    behaviour.bulk = {
        .levels = {"Group"}, .retryAfter = std::chrono::seconds(120), .oneAtATime = true};
    behaviour.tokens.methods = {"client_secret_basic", "client_secret_post", "private_key_jwt",
                                "client_secret_jwt"};  // (M, H)
    behaviour.refusal = ecwRefusal;
    behaviour.id = uuidFor;  // G
    return behaviour;
}

Behaviour nextgen() {
    Behaviour behaviour{.vendor = "nextgen", .software = "NextGen FHIR 5.0.1.693 (simulated)"};
    // Read and search only; no Flag, List, Appointment, Communication, Group (M, H).
    behaviour.types = {
        ofPatient("Encounter", {"patient", "date", "_lastUpdated"}),
        ofPatient("Observation", {"patient", "date", "category", "code", "status", "_lastUpdated"}),
        ofPatient("DocumentReference", {"patient", "category", "type", "date"}),
        ofPatient("RelatedPerson", {"patient"}),
        freely("Patient", {"identifier", "name"}),
        freely("Location", {"name"}),
        freely("Organization", {"name"}),
        freely("Practitioner", {"name"}),
    };
    behaviour.contentType = "application/fhir+json";
    behaviour.etag = false;  // versioning: no-version (M, H)
    behaviour.conditionalCreate = ConditionalCreate::Ignored;
    behaviour.paging = {.parameter = "_page", .atType = true, .count = "_maxresults"};  // (M, H)
    behaviour.gate = nextgenGate;
    behaviour.id = uuidFor;  // G
    return behaviour;
}

}  // namespace adapters::simulator::vendors
