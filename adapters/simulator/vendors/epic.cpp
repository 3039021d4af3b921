#include "adapters/simulator/respond.h"
#include "adapters/simulator/rewrite.h"
#include "adapters/simulator/search.h"
#include "adapters/simulator/vendors/vendors.h"
#include "fhir/r4/datatypes.h"
#include "fhir/r4/date_time.h"

// Epic: vendor facts, section 1.
namespace adapters::simulator::vendors {
namespace {

using fhir::Error;
using fhir::http::Request;
using fhir::http::Response;
using fhir::json::Value;
using fhir::json::Writer;

constexpr const char* kOutcomeCodes = "urn:oid:1.2.840.114350.1.13.0.1.7.2.657369";
constexpr const char* kRows = "urn:oid:1.2.840.114350.1.13.0.1.7.2.707679";
constexpr const char* kRow = "9304710";
constexpr const char* kClasses = "urn:oid:1.2.840.114350.1.72.1.7.7.10.696784.13260";
constexpr std::string_view kIdLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";

/// 1.6: up to 64 characters with "." and "-", case-sensitive (M, H).
std::string id(std::string_view type, std::string_view plain) {
    const std::size_t length = type == "Observation" || type == "Encounter" ? 63 : 23;
    return "e" + scrambled(type, plain, length, kIdLetters);
}

/// 1.2: Encounter.class is the local class, the legible label is in type[].text (M, H).
std::string chart(const Value& resource) {
    return rewritten(resource, [&](Writer& writer, std::string_view name, const Value&) {
        const bool isClass = name == "class" && resource.findString("resourceType") == "Encounter";
        if (!isClass) return false;
        writer.key("class").beginObject();
        writer.member("system", kClasses).member("code", "13").member("display", "Support OP");
        writer.endObject().key("type").beginArray().beginObject();
        writer.member("text", "Hospital Encounter").endObject().endArray();
        return true;
    });
}

/// 1.6: none of 5,436 captured times has a fraction of a second (M, H); that it is cut off: G.
std::string wholeSeconds(fhir::Instant instant) {
    return fhir::toFhirInstant(std::chrono::floor<std::chrono::seconds>(instant));
}

/// Writes a time as Epic has it. False where it is none.
bool keepTime(Writer& writer, std::string_view name, const Value& value) {
    const auto moment = value.isString() ? fhir::DateTime::tryParse(value.text()) : std::nullopt;
    if (!moment || moment->precision() != fhir::DateTime::Precision::Second) return false;
    writer.member(name, wholeSeconds(moment->earliest()));
    return true;
}

/// 1.3: identifiers are Epic's own (M, H).
void keepIdentifier(Writer& writer, fhir::Instant now) {
    writer.beginObject().member("system", "urn:oid:1.2.840.114350.1.13.0.1.7.2.727879");
    writer.member("value", std::to_string(now.time_since_epoch().count())).endObject();
}

/// 1.3: on read-back there are local codings, displays and times in Z (M, H).
std::string keepObservation(const Value& body, fhir::Instant) {
    return rewritten(body, [](Writer& writer, std::string_view name, const Value& value) {
        if (name == "identifier") return true;
        if (name == "effectiveDateTime") return keepTime(writer, name, value);
        if (name == "code" && value.isObject() && value.find("coding")) {
            writer.key(name).beginObject().key("coding").beginArray();
            for (const auto coding : value.findArray("coding")) writer.value(coding);
            writer.beginObject();
            writer.member("system", "urn:oid:1.2.840.114350.1.13.0.1.7.2.707680");
            writer.member("code", kRow).member("display", "R WHAT MATTERS").endObject();
            writer.endArray().member("text", "R WHAT MATTERS").endObject();
            return true;
        }
        if (name == "subject" && value.isObject()) {
            writer.key(name).beginObject();
            writer.member("reference", value.findString("reference"));
            writer.member("display", "A Person").endObject();
            return true;
        }
        return false;
    });
}

/// 1.3: vital signs and any flowsheet row of the site; final, subject, time, value (V, H); an
/// encounter that is not closed (T, Md). 59159 is a broken business rule (M).
void writeObservation(const Attempt& attempt) {
    const auto& body = attempt.body;
    require(body, 400, {"category", "effectiveDateTime", "encounter"});
    if (!hasCode(body.at("category"), "vital-signs"))
        refuse(400, "59159 Only vital signs can be filed", "Observation.category");
    if (!hasCode(body.at("code"), kRow, kRows) && !isVitalSign(body.at("code")))
        refuse(400, "59159 No flowsheet row is mapped to the code", "Observation.code");
    if (body.findString("status") != "final")
        refuse(400, "59159 The status must be final", "Observation.status");
    if (!has(body, "valueString") && !has(body, "valueQuantity") && !has(body, "valueBoolean"))
        refuse(400, "59159 A value is required", "Observation.value");
    const auto encounter = fhir::parseReference(
        ownReference(body.at("encounter").findString("reference").value_or(""), attempt.base));
    const auto stored =
        encounter ? attempt.store.find(encounter->type, encounter->id) : StoredPointer();
    if (stored && stored->text.find("\"status\":\"finished\"") != std::string::npos)
        refuse(400, "59159 The encounter is closed", "Observation.encounter");
}

/// 1.3: clinical notes (V, H). That a note needs an encounter and a type: G.
void writeDocument(const Attempt& attempt) {
    require(attempt.body, 400, {"subject", "type", "content.attachment.data", "context.encounter"});
}

/// 1.3: the note's date is when it was filed, its identifiers are Epic's, and of its page there is
/// the type, and a Binary (M, H). What is said of language and labels is not kept: G.
std::string keepDocument(const Value& body, fhir::Instant now) {
    return rewritten(body, [&](Writer& writer, std::string_view name, const Value& value) {
        for (const auto* dropped :
             {"creation", "title", "language", "size", "description", "securityLabel", "relatesTo"})
            if (name == dropped) return true;
        if (name == "start" || name == "end") return keepTime(writer, name, value);
        if (name == "date") {
            writer.member(name, wholeSeconds(now));
            return true;
        }
        if (name != "identifier") return false;
        writer.key(name).beginArray();
        keepIdentifier(writer, now);
        writer.endArray();
        return true;
    });
}

/// Answers to a form, and messages: times and identifiers as everywhere.
std::string keepOther(const Value& body, fhir::Instant) {
    return rewritten(body, [&](Writer& writer, std::string_view name, const Value& value) {
        if (name == "identifier") return true;
        if (name == "authored" || name == "sent") return keepTime(writer, name, value);
        return false;
    });
}

/// 1.3: patient-entered questionnaires (V, H).
void writeAnswers(const Attempt& attempt) {
    require(attempt.body, 400, {"subject", "questionnaire", "item"});
}

/// 1.3: community resources only (V, H).
void writeMessage(const Attempt& attempt) {
    if (!has(attempt.body, "category") ||
        !hasCode(attempt.body.at("category"), "community-resource"))
        refuse(400, "59159 Only messages about community resources are taken",
               "Communication.category");
}

/// 1.2: several patients in one Observation search are unreliable (C, Md): refused here.
void searchObservations(const fhir::Query& query) {
    if (valuesOf(query, "patient").size() > 1 || valuesOf(query, "subject").size() > 1)
        refuse(400, "59100 One patient at a time", "patient");
}

/// 1.6: OperationOutcome with codes of its own; 1.1: a bad bearer gets the JSON text "" (M, H);
/// 1.2: unknown parameters come back as severity "information" (M, H).
Response refusal(const Error& error, const std::string&) {
    const int status = statusOf(error);
    if (status == 401)
        return {401,
                {{"Content-Type", "application/json"},
                 {"WWW-Authenticate", "Bearer error=\"invalid_token\""}},
                "\"\""};
    const std::string why = error.what();
    const bool isRequired = why.starts_with(kNeedsMore);
    const bool isUnknown = why.find("is unknown here") != std::string::npos;
    std::string code = status == 404 ? "59008" : "59100";
    if (why.starts_with("59159")) code = "59159";
    Writer writer;
    writer.beginObject().member("resourceType", "OperationOutcome");
    writer.key("issue").beginArray().beginObject();
    writer.member("severity", isUnknown ? "information" : "fatal");
    writer.member("code", isRequired ? "required" : issueCode(status));
    writer.key("details").beginObject().key("coding").beginArray().beginObject();
    writer.member("system", kOutcomeCodes).member("code", code).endObject().endArray();
    writer.endObject().member("diagnostics", why);
    if (!error.path().empty())
        writer.key("expression").beginArray().string(error.path()).endArray();
    writer.endObject().endArray().endObject();
    return json(status, writer.take());
}

/// 1.6: an unknown path or type is the web server's HTML 404 (M, H).
Response nowhere() {
    return {404,
            {{"Content-Type", "text/html"}},
            "<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head>"
            "<body><h2>404 - File or directory not found.</h2></body></html>"};
}

std::optional<Response> gate(const Request&) {
    return std::nullopt;  // whatever is accepted is answered; see finish
}

/// 1.6: Accept left out, "*/*" or unknown: XML (M, H).
void finish(const Request& request, Response& response) {
    const auto accept = request.headers.find("Accept").value_or("");
    const auto format = fhir::Query::parse(request.url.query).find("_format").value_or("");
    const bool isJson =
        accept.find("json") != std::string::npos || format.find("json") != std::string::npos;
    const bool isResource = response.body.find("\"resourceType\"") != std::string::npos;
    if (isJson || !isResource) return;
    response.body = xml(fhir::json::Document::parse(response.body).root());
    response.headers.set("Content-Type", "application/fhir+xml; charset=utf-8");
}

const NameList kReadSearch{"read", "search-type"};
const NameList kReadSearchCreate{"read", "search-type", "create"};

TypeRules plain(std::string_view type, NameList parameters) {
    return {.type = type,
            .interactions = kReadSearch,
            .parameters = std::move(parameters),
            .dropsUnknown = true};
}

std::vector<TypeRules> types() {
    return {
        // 1.2: read and search; without a patient 400; location, status and others are listed and
        // dropped, as is what it does not know (M, H).
        {.type = "Encounter",
         .interactions = kReadSearch,
         .parameters = {"patient", "subject", "date", "class", "identifier"},
         .dropped = {"location", "participant", "practitioner", "status", "type"},
         .needs = {{"_id"}, {"patient"}, {"subject"}, {"identifier"}},
         .includes = {"*"},
         .dropsUnknown = true},
        // 1.3: without category or code 400 (M, H).
        {.type = "Observation",
         .interactions = kReadSearchCreate,
         .parameters = {"patient", "subject", "category", "code", "date"},
         .needs = {{"_id"},
                   {"patient", "category"},
                   {"patient", "code"},
                   {"subject", "category"},
                   {"subject", "code"}},
         .search = searchObservations,
         .write = writeObservation,
         .keep = keepObservation},
        {.type = "Patient", .interactions = kReadSearch, .parameters = {"identifier", "name"}},
        // 1.2: the patient list (V/M/C, H).
        plain("List", {"code", "identifier"}),
        // 1.4: read and search only (V, H).
        plain("Flag", {"patient", "subject", "category", "encounter", "status"}),
        {.type = "DocumentReference",
         .interactions = kReadSearchCreate,
         .parameters = {"patient", "subject", "category", "type", "date", "_lastUpdated"},
         .dropsUnknown = true,
         .write = writeDocument,
         .keep = keepDocument,
         .pagesApart = true},
        // 1.3: what a document holds (M, H).
        {.type = "Binary", .interactions = {"read"}, .parameters = {}},
        {.type = "QuestionnaireResponse",
         .interactions = kReadSearchCreate,
         .parameters = {"patient", "subject"},
         .dropsUnknown = true,
         .write = writeAnswers,
         .keep = keepOther},
        {.type = "Communication",
         .interactions = kReadSearchCreate,
         .parameters = {"patient", "subject"},
         .dropsUnknown = true,
         .write = writeMessage,
         .keep = keepOther},
        // 1.4: community-resource tasks: read, search, update (V, H).
        {.type = "Task",
         .interactions = {"read", "search-type", "update"},
         .parameters = {"patient", "status"},
         .dropsUnknown = true},
        plain("Location", {"type"}),  // 1.2 (M, Md)
        // 1.2: to be exported (M, H); that it can be read is not known.
        {.type = "Group", .interactions = {}, .parameters = {}},
        plain("Organization", {"name"}),
        plain("Practitioner", {"identifier", "name"}),
        plain("PractitionerRole", {"practitioner"}),
        plain("Questionnaire", {}),
        plain("RelatedPerson", {"patient"}),
    };
}

}  // namespace

Behaviour epic() {
    return {
        .vendor = "epic",
        .types = types(),
        .meta = false,  // 1.3: no meta.versionId (M, H)
        .etag = false,
        .conditionalCreate = ConditionalCreate::Ignored,  // 1.3: conditionalCreate false (M, H)
        .relaxedBody = true,
        // 1.2: next with a session id and no parameters; pages to 1000; total (M, H).
        .paging = {.parameter = "sessionID",
                   .prefix = "16-",
                   .atType = true,
                   .standard = 1000,
                   .most = 1000,
                   .total = Paging::Total::OfPageWhereCounted},
        .bundles = {.outcomeEntry = true},  // 1.2 (M, H)
        // 1.3: an empty body, Location (M, H); that Location is relative: G.
        .created = {.body = false, .location = Created::Location::Relative},
        .row = "urn:oid:1.2.840.114350.1.13.0.1.7.2.707679|9304710",
        .bulk = {.levels = {"Group"}},  // 1.2 (M, H)
        // 1.1: one action a scope, v1 taken by the sandbox (M), goes by the registration (C).
        .tokens = {.capabilities = {"launch-ehr", "launch-standalone", "context-ehr-patient",
                                    "context-ehr-encounter", "permission-v1", "permission-v2",
                                    "client-public", "client-confidential-symmetric",
                                    "client-confidential-asymmetric", "authorize-post"},
                   .oneActionPerScope = true,
                   .kidRequired = false},
        .gate = gate,
        .refusal = refusal,
        .nowhere = nowhere,
        .id = id,
        .chart = chart,
        .finish = finish,
    };
}

}  // namespace adapters::simulator::vendors
