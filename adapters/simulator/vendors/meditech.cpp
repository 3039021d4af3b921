#include "adapters/simulator/respond.h"
#include "adapters/simulator/rewrite.h"
#include "adapters/simulator/vendors/vendors.h"
#include "fhir/r4/datatypes.h"

// MEDITECH Expanse: vendor facts, section 3. Two releases, for they differ in what matters here:
// what nearly every hospital runs (US Core R4 1.0.0), and the newer one of the sandbox (STU6).
namespace adapters::simulator::vendors {
namespace {

using fhir::Error;
using fhir::http::Response;
using fhir::json::Value;
using fhir::json::Writer;

/// "…Z" as "…+00:00".
std::optional<std::string> withOffset(std::string_view text) {
    const bool isTime = text.size() > 11 && text[10] == 'T' && text.ends_with('Z');
    if (!isTime) return std::nullopt;
    return std::string(text.substr(0, text.size() - 1)) + "+00:00";
}

bool shape(Writer& writer, std::string_view name, const Value& value) {
    const Replace replace = shape;
    if (name == "reference" && value.isString()) {
        const auto parts = fhir::parseReference(value.text());
        writer.member(name, value.text());
        if (parts) writer.member("type", parts->type);
        return true;
    }
    if (name == "coding" && value.isArray() && value.size() > 0) {
        writer.key(name).beginArray();
        writer.value(*value.array().begin());
        for (const auto coding : value.array()) writer.value(coding);
        writer.endArray();
        return true;
    }
    if (value.isString()) {
        const auto text = withOffset(value.text());
        if (text) writer.member(name, *text);
        return text.has_value();
    }
    return false;
}

/// Codings that come twice, concepts of text alone, times with +00:00, Reference.type (M, H).
std::string chart(const Value& resource) {
    const auto type = resource.findString("resourceType");
    return rewritten(resource, [&](Writer& writer, std::string_view name, const Value& value) {
        if (type == "RelatedPerson" && name == "relationship") {
            writer.key(name).beginArray().beginObject();
            writer.member("text", "Family").endObject().endArray();
            return true;
        }
        return shape(writer, name, value);
    });
}

std::string id(std::string_view type, std::string_view plain) {
    return uuidFor(type, plain);  // G
}

/// 4xx are {"resource","detail"} and no OperationOutcome (M, H).
Response refusal(const Error& error, const std::string&) {
    Writer writer;
    writer.beginObject().member("resource", "v1/resource/error/_version/1/");
    writer.member("detail", error.what()).endObject();
    return {statusOf(error), {{"Content-Type", "application/json"}}, writer.take()};
}

void writeAnswers(const Attempt& attempt) {
    require(attempt.body, 400, {"questionnaire", "subject"});
}

const NameList kReadSearch{"read", "search-type"};

TypeRules ofPatient(std::string_view type, NameList parameters) {
    return {.type = type,
            .interactions = kReadSearch,
            .parameters = std::move(parameters),
            .needs = {{"_id"}, {"patient"}}};
}

/// Observation: read and search alone (M; a third party says that it writes, T, conflict).
std::vector<TypeRules> common() {
    return {
        ofPatient("Observation", {"patient", "category", "code", "date"}),
        ofPatient("DocumentReference", {"patient", "category", "type", "date"}),
        ofPatient("RelatedPerson", {"patient"}),
        {.type = "Patient",
         .interactions = kReadSearch,
         .parameters = {"identifier", "name"},
         .needs = {{"_id"}, {"identifier"}, {"name"}}},
        {.type = "Group", .interactions = kReadSearch, .parameters = {"type"}},
        {.type = "Location", .interactions = {"read"}, .parameters = {}},
        {.type = "Organization", .interactions = {"read"}, .parameters = {}},
        {.type = "Practitioner", .interactions = {"read"}, .parameters = {}},
    };
}

Behaviour either(std::string_view vendor, std::vector<TypeRules> more) {
    Behaviour behaviour{.vendor = vendor, .types = common()};
    for (auto& one : more) behaviour.types.push_back(std::move(one));
    behaviour.contentType = "application/fhir+json";
    behaviour.meta = false;  // (M, H)
    behaviour.etag = false;
    behaviour.conditionalCreate = ConditionalCreate::Ignored;
    behaviour.relaxedBody = true;
    // 20 a page, `continue` with a cursor typed by resource, total is what the page holds (M, H).
    behaviour.paging = {.parameter = "continue",
                        .prefix = "LA.",
                        .atType = true,
                        .count = "",
                        .standard = 20,
                        .most = 20,
                        .total = Paging::Total::OfPage};
    behaviour.bundles = {.resourceTypeLast = true};                             // (M, H)
    behaviour.created = {.body = false, .location = Created::Location::Plain};  // G
    behaviour.bulk = {.levels = {"Group"}};                                     // (M, Md)
    behaviour.tokens = {
        .methods = {"client_secret_post", "client_secret_basic", "private_key_jwt"}};  // (M, H)
    behaviour.refusal = refusal;
    behaviour.id = id;
    behaviour.chart = chart;
    return behaviour;
}

}  // namespace

Behaviour meditech() {
    // Production 1.0.0: _id, patient, date; no Appointment, Communication or answers (M, H).
    return either("meditech", {ofPatient("Encounter", {"patient", "date"})});
}

Behaviour meditechStu6() {
    auto encounter =
        ofPatient("Encounter", {"patient", "date", "class", "type", "status", "identifier"});
    encounter.includes = {"location"};  // "Encounter.location", with a dot (M, H)
    auto behaviour =
        either("meditech-stu6",
               {std::move(encounter),
                {.type = "Appointment",
                 .interactions = kReadSearch,
                 .parameters = {"date", "location", "practitioner", "patient"},
                 .needs = {{"_id"}, {"date", "location"}, {"date", "practitioner"}, {"patient"}}},
                {.type = "QuestionnaireResponse",
                 .interactions = {"read", "search-type", "create", "update"},
                 .parameters = {"patient"},
                 .needs = {{"_id"}, {"patient"}},
                 .write = writeAnswers},
                {.type = "Communication",
                 .interactions = {"read", "search-type", "create"},
                 .parameters = {"patient"},
                 .needs = {{"_id"}, {"patient"}}},
                {.type = "Questionnaire", .interactions = {"read"}, .parameters = {}}});
    behaviour.paging.count = "_count";
    behaviour.dottedIncludes = true;
    return behaviour;
}

}  // namespace adapters::simulator::vendors
