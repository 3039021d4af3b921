#include <algorithm>
#include <array>

#include "adapters/simulator/respond.h"
#include "adapters/simulator/rewrite.h"
#include "adapters/simulator/search.h"
#include "adapters/simulator/vendors/vendors.h"

// Oracle Health (Cerner Millennium): vendor facts, section 2.
namespace adapters::simulator::vendors {
namespace {

using fhir::Error;
using fhir::http::Request;
using fhir::http::Response;
using fhir::json::Value;
using fhir::json::Writer;

constexpr const char* kCodeSet = "https://fhir.cerner.com/00000000-made-up/codeSet/72";
constexpr const char* kRow = "703558";
constexpr int kUnprocessable = 422;

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> all) {
    return std::find(all.begin(), all.end(), text) != all.end();
}

/// 2.3: "VS-…" of vital signs (V, H); numbers otherwise (G).
std::string id(std::string_view type, std::string_view plain) {
    const auto number = "1" + scrambled(type, plain, 11, "0123456789");
    return type == "Observation" ? "VS-" + number : number;
}

/// 2.2: a location may be contained (V, H): here those that the patient has left.
std::string chart(const Value& resource) {
    if (resource.findString("resourceType") != "Encounter") return resource.toJson();
    std::string contained;
    auto text = rewritten(resource, [&](Writer& writer, std::string_view name, const Value& value) {
        // 2.2: the statuses are planned, in-progress, finished and cancelled (V, H).
        if (name == "status" && value.isString() &&
            isOneOf(value.text(), {"arrived", "triaged", "onleave"})) {
            writer.member(name, "in-progress");
            return true;
        }
        if (name != "location" || !value.isArray()) return false;
        writer.key(name).beginArray();
        for (const auto place : value.array()) {
            if (place.findString("status") != "completed") {
                writer.value(place);
                continue;
            }
            const auto display = place.at("location").findString("display").value_or("");
            rewrite(writer, place, [&](Writer& inner, std::string_view member, const Value&) {
                if (member != "location") return false;
                inner.key(member).beginObject().member("reference", "#left-behind");
                inner.member("display", display).endObject();
                return true;
            });
            Writer location;
            location.beginObject().member("resourceType", "Location");
            location.member("id", "left-behind").member("name", display);
            contained = location.endObject().take();
        }
        writer.endArray();
        return true;
    });
    if (contained.empty()) return text;
    return text.substr(0, text.size() - 1) + ",\"contained\":[" + contained + "]}";
}

/// 2.3: unsupported fields are ignored (V, H). Which are supported: the required ones and those
/// that the vendor's page names; that language and method are not: G.
std::string keepObservation(const Value& body, fhir::Instant) {
    return rewritten(body, [](Writer&, std::string_view name, const Value&) {
        return isOneOf(name, {"language", "method", "derivedFrom", "text"});
    });
}

/// 2.3: vital signs and laboratory only, codes of its own list, identifier of vital signs;
/// modifiers 422; the patient stays the same and the status says that it was changed (V, H).
void writeObservation(const Attempt& attempt) {
    const auto& body = attempt.body;
    if (body.find("modifierExtension") || body.find("implicitRules"))
        refuse(kUnprocessable, "modifier elements are not supported");
    require(body, kUnprocessable, {"category", "code", "subject"});
    const bool isVital = hasCode(body.at("category"), "vital-signs");
    if (!isVital && !hasCode(body.at("category"), "laboratory"))
        refuse(kUnprocessable, "the category must be vital-signs or laboratory");
    if (isVital) {
        require(body, kUnprocessable, {"identifier"});
        if (!hasCode(body.at("code"), kRow, kCodeSet) && !isVitalSign(body.at("code")))
            refuse(kUnprocessable, "the code is not supported");
    }
    const auto status = body.findString("status").value_or("");
    if (!isOneOf(status, {"final", "amended", "corrected"}))
        refuse(kUnprocessable, "the status must be final, amended or corrected");
    if (!has(body, "effectiveDateTime") && !has(body, "effectivePeriod"))
        refuse(kUnprocessable, "effective is required");
    if (!has(body, "valueString") && !has(body, "valueQuantity") &&
        !has(body, "valueCodeableConcept") && !has(body, "valueDateTime"))
        refuse(kUnprocessable, "a value is required");
    if (attempt.before == nullptr) return;
    if (status == "final") refuse(kUnprocessable, "an update must be amended or corrected");
    const auto subject = body.at("subject").findString("reference").value_or("");
    if (attempt.before->text.find("\"" + subject + "\"") == std::string::npos)
        refuse(kUnprocessable, "the patient cannot be changed");
}

/// 2.3: the page is inside, and its content type has a character set (V, H).
void requirePage(const Value& document) {
    require(document, kUnprocessable, {"content.attachment.data"});
    for (const auto content : document.findArray("content")) {
        const auto type = content.at("attachment").findString("contentType").value_or("");
        if (type.find("charset=") == std::string::npos)
            refuse(kUnprocessable, "the content type must have a character set");
    }
}

/// 2.3: what a document needs; dates with time; who wrote it is taken from the token where a system
/// says nobody; the character set stands in the content type (V, H).
void writeDocument(const Attempt& attempt) {
    require(attempt.body, kUnprocessable,
            {"docStatus", "type", "subject", "content.attachment", "context.period"});
    // That an update may leave the page where it is: G.
    if (attempt.before == nullptr) requirePage(attempt.body);
    for (const auto author : attempt.body.findArray("author"))
        if (!author.findString("reference").value_or("").starts_with("Practitioner/"))
            refuse(kUnprocessable, "authors must be Practitioners");
    const auto start = attempt.body.at("context").at("period").findString("start").value_or("");
    if (start.find('T') == std::string::npos)
        refuse(kUnprocessable, "context.period must have a time");
}

/// 2.3: identifiers are the system's own; what is not supported is ignored (V, H). That it is the
/// creation of the page that is kept: G.
std::string keepDocument(const Value& body, fhir::Instant now) {
    return rewritten(body, [&](Writer& writer, std::string_view name, const Value&) {
        if (name != "identifier") return isOneOf(name, {"language", "securityLabel", "relatesTo"});
        writer.key(name).beginArray().beginObject();
        writer.member("system", "https://fhir.cerner.com/ceuuid");
        writer.member("value", "CE" + std::to_string(now.time_since_epoch().count()) + "-made-up");
        writer.endObject().endArray();
        return true;
    });
}

/// 2.3: completed; to Practitioners or a Group, from a Practitioner; base64 text (V, H).
void writeMessage(const Attempt& attempt) {
    const auto& body = attempt.body;
    require(body, kUnprocessable, {"recipient", "sender", "payload.contentAttachment.data"});
    if (body.findString("status") != "completed")
        refuse(kUnprocessable, "the status must be completed");
    for (const auto recipient : body.findArray("recipient")) {
        const auto reference = recipient.findString("reference").value_or("");
        if (!reference.starts_with("Practitioner/") && !reference.starts_with("Group/"))
            refuse(kUnprocessable, "recipients must be Practitioners or a Group");
    }
    if (!body.at("sender").findString("reference").value_or("").starts_with("Practitioner/"))
        refuse(kUnprocessable, "the sender must be a Practitioner");
}

/// 2.2: at most two dates, each with a prefix and a time; statuses of its own (V, H).
void searchEncounters(const fhir::Query& query) {
    static constexpr std::array<std::string_view, 4> kPrefixes{"ge", "gt", "le", "lt"};
    const auto dates = valuesOf(query, "date");
    if (dates.size() > 2 || valuesOf(query, "_lastUpdated").size() > 2)
        refuse(400, "a date may be given twice at most");
    for (const auto& date : dates) {
        const auto prefix = std::string_view(date).substr(0, 2);
        const bool hasPrefix =
            std::find(kPrefixes.begin(), kPrefixes.end(), prefix) != kPrefixes.end();
        if (!hasPrefix || date.find('T') == std::string::npos)
            refuse(400, "a date must have a prefix ge, gt, le or lt and a time");
    }
    for (const auto& status : valuesOf(query, "status"))
        if (!isOneOf(status, {"planned", "in-progress", "finished", "cancelled"}))
            refuse(400, "the status is not supported");
}

/// 2.2: one of location, practitioner and patient (V, H).
void searchAppointments(const fhir::Query& query) {
    int given = 0;
    for (const char* name : {"location", "practitioner", "patient"})
        given += query.find(name) ? 1 : 0;
    if (given > 1) refuse(400, "location, practitioner and patient cannot be combined");
}

/// 2.6: OperationOutcome with details.text alone; a 400 may be plain text (V, H).
Response refusal(const Error& error, const std::string&) {
    const int status = statusOf(error);
    const std::string why = error.what();
    if (status == 400 && why.starts_with(kNeedsMore))
        return {400, {{"Content-Type", "text/plain"}}, "no supported search parameters provided"};
    Writer writer;
    writer.beginObject().member("resourceType", "OperationOutcome");
    writer.key("issue").beginArray().beginObject();
    writer.member("severity", "error").member("code", issueCode(status));
    writer.key("details").beginObject().member("text", why).endObject();
    writer.endObject().endArray().endObject();
    return json(status, writer.take());
}

/// 2.6: 406 with an empty body where no JSON is accepted (V, H).
std::optional<Response> gate(const Request& request) {
    try {
        requireJsonAccepted(request);
    } catch (const Error&) {
        return Response{406, {}, {}};
    }
    return std::nullopt;
}

/// 2.6: request ids to keep for support (V, H).
void finish(const Request& request, Response& response) {
    response.headers.set("opc-request-id",
                         scrambled("", request.url.text(), 32, "0123456789ABCDEF"));
}

const NameList kReadSearch{"read", "search-type"};

std::vector<TypeRules> types() {
    return {
        {.type = "Encounter",
         .interactions = kReadSearch,
         .parameters = {"patient", "subject", "identifier", "date", "status", "_lastUpdated"},
         .needs = {{"_id"}, {"patient"}, {"subject"}, {"identifier"}},
         .onlyWithPatient = {"status", "_count"},
         .pageDefault = 10,
         .search = searchEncounters},
        {.type = "Observation",
         .interactions = {"read", "search-type", "create", "update"},
         .parameters = {"patient", "subject", "category", "code", "date", "_lastUpdated"},
         .needs = {{"_id"}, {"patient"}, {"subject"}},
         .pageDefault = 50,
         .write = writeObservation,
         .keep = keepObservation},
        {.type = "Appointment",
         .interactions = kReadSearch,
         .parameters = {"date", "location", "practitioner", "patient", "status"},
         .needs = {{"_id"}, {"date", "location"}, {"date", "practitioner"}, {"date", "patient"}},
         .search = searchAppointments},
        {.type = "Patient",
         .interactions = kReadSearch,
         .parameters = {"identifier", "name", "_lastUpdated"},
         .needs = {{"_id"}, {"identifier"}, {"name"}}},
        {.type = "Location",
         .interactions = kReadSearch,
         .parameters = {"-physicalType", "type"},
         .needs = {{"_id"}, {"-physicalType"}, {"type"}}},
        {.type = "DocumentReference",
         .interactions = {"read", "search-type", "create", "update"},
         .parameters = {"patient", "subject", "type", "category", "date", "_lastUpdated"},
         .needs = {{"_id"}, {"patient"}, {"subject"}},
         .pageDefault = 10,
         .pageMax = 100,
         .write = writeDocument,
         .keep = keepDocument,
         .pagesApart = true},
        // 2.3: what a document or a message holds (V, H).
        {.type = "Binary", .interactions = {"read"}, .parameters = {}},
        {.type = "Communication",
         .interactions = {"read", "search-type", "create"},
         .parameters = {"recipient", "sender", "category"},
         .needs = {{"_id"}, {"recipient"}, {"sender"}},
         .write = writeMessage},
        {.type = "QuestionnaireResponse",
         .interactions = {"read", "search-type", "update"},
         .parameters = {"patient", "subject"},
         .needs = {{"_id"}, {"patient"}, {"subject"}}},
        {.type = "Group", .interactions = {}, .parameters = {}},
        {.type = "Organization", .interactions = kReadSearch, .parameters = {}, .needs = {{"_id"}}},
        {.type = "Practitioner",
         .interactions = kReadSearch,
         .parameters = {"identifier", "name"},
         .needs = {{"_id"}, {"identifier"}, {"name"}}},
        {.type = "Questionnaire", .interactions = {"read"}, .parameters = {}},
        {.type = "RelatedPerson",
         .interactions = kReadSearch,
         .parameters = {"patient"},
         .needs = {{"_id"}, {"patient"}}},
    };
}

}  // namespace

Behaviour oracleHealth() {
    return {
        .vendor = "oracle-health",
        .types = types(),
        .contentType = "application/json+fhir",  // 2.6 (V, H)
        .saysConditionalCreate = false,          // 2.3 (M, H)
        .conditionalCreate = ConditionalCreate::Ignored,
        .requiresIfMatch = true,  // 2.3: stale 409, missing 412 (V, H / Md)
        .relaxedBody = true,
        // 2.2: an opaque context, no total, ids that come again (M/V, H).
        .paging = {.parameter = "-pageContext",
                   .atType = true,
                   .standard = 10,
                   .total = Paging::Total::Absent,
                   .repeatsLast = true},
        // 2.3: 201 with an empty body that says it is HTML (V, H).
        .created = {.body = false,
                    .contentType = "text/html",
                    .location = Created::Location::Plain},
        .row = "https://fhir.cerner.com/00000000-made-up/codeSet/72|703558",
        // 2.2: groups, one job at a time, files by a redirect to storage (V, H).
        .bulk = {.levels = {"Group"},
                 .retryAfter = std::chrono::seconds(600),
                 .oneAtATime = true,
                 .filesElsewhere = true},
        // 2.1: no client_secret_post (M, H); v1 passed over for v2 registrations (M, H); no
        // wildcards; 570 seconds (V, H).
        .tokens = {.methods = {"client_secret_basic", "private_key_jwt"},
                   .takesV1 = false,
                   .wildcards = false,
                   .lifetime = std::chrono::seconds(570)},
        .gate = gate,
        .refusal = refusal,
        .id = id,
        .chart = chart,
        .finish = finish,
    };
}

}  // namespace adapters::simulator::vendors
