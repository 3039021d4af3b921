#include "plugin/companion/endpoint.h"

#include <charconv>

#include "fhir/base/json.h"
#include "fhir/r4/datatypes.h"
#include "fhir/r4/operation_outcome.h"
#include "plugin/domain/statement.h"
#include "plugin/settings.h"
#include "plugin/store/companion_table.h"

namespace plugin::companion {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::json::Writer;

constexpr int kPageDefault = 50;
constexpr int kPageMax = 200;

http::Response fhirJson(int status, std::string body) {
    return {status, {{"Content-Type", "application/fhir+json"}}, std::move(body), {}};
}

std::string_view issueCode(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::Unauthorized:
            return "login";
        case ErrorKind::Forbidden:
            return "forbidden";
        case ErrorKind::NotFound:
            return "not-found";
        case ErrorKind::InvalidInput:
            return "invalid";
        case ErrorKind::Conflict:
        case ErrorKind::Refused:
        case ErrorKind::BadReply:
        case ErrorKind::Unavailable:
        case ErrorKind::Internal:
            return "exception";
    }
    return "exception";
}

/// Until callers are authenticated here, only a development set-up hands anything out.
void requireCaller(const Site& site) {
    if (!site.settings.development)
        throw Error(ErrorKind::Unauthorized, "The companion answers authenticated callers only.");
}

/// /fhir speaks OperationOutcome where the rest speaks problem+json.
http::Handler asFhir(const Site& site, http::Handler handler) {
    return [site, handler = std::move(handler)](const http::Request& request) {
        try {
            requireCaller(site);
            return handler(request);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::Internal) throw;
            return fhirJson(
                fhir::httpStatus(error.kind()),
                fhir::OperationOutcome::oneIssue("error", issueCode(error.kind()), error.what()));
        }
    };
}

bool isKept(const store::KeptResource& resource) {
    if (resource.type != fhir::Observation::resourceType) return false;
    const auto document = fhir::json::Document::parse(resource.json);
    const auto statement = domain::fromObservation(fhir::Observation::fromJson(document.root()));
    return statement && statement->keepToTeam;
}

int numberOf(const fhir::Query& query, const char* name, int otherwise, int max) {
    const auto text = query.find(name);
    if (!text) return otherwise;
    int value = 0;
    const auto* end = text->data() + text->size();
    const auto [stop, fault] = std::from_chars(text->data(), end, value);
    if (fault != std::errc() || stop != end || value < 0)
        throw Error(ErrorKind::InvalidInput, std::string(name) + " must be a whole number");
    return std::min(value, max);
}

std::string subjectOf(const fhir::Query& query) {
    const auto patient = query.find("patient");
    auto subject = patient ? patient : query.find("subject");
    if (!subject) return {};
    if (patient && subject->find('/') == std::string::npos) subject = "Patient/" + *subject;
    if (!fhir::parseReference(*subject))
        throw Error(ErrorKind::InvalidInput, "subject must be written Type/id");
    return *subject;
}

http::Response search(const Site& site, std::string_view type, const http::Request& request) {
    const auto query = fhir::Query::parse(request.query);
    for (const auto& [name, value] : query)
        if (name != "patient" && name != "subject" && name != "_id" && name != "_count" &&
            name != "_offset")
            throw Error(ErrorKind::InvalidInput,
                        "this server does not know one of the search parameters; it knows "
                        "patient, subject, _id and _count");
    const store::CompanionTable table(site.database);
    const auto count = std::max(1, numberOf(query, "_count", kPageDefault, kPageMax));
    const auto offset = numberOf(query, "_offset", 0, 1'000'000);
    std::vector<store::KeptResource> found;
    if (const auto id = query.find("_id")) {
        if (auto one = table.find(std::string(type), *id)) found.push_back(std::move(*one));
    } else {
        found = table.list(std::string(type), subjectOf(query), count + 1, offset);
    }
    const bool more = found.size() > static_cast<std::size_t>(count);
    if (more) found.pop_back();

    const auto base = site.settings.publicUrl.origin() + "/fhir/";
    const auto self = base + std::string(type);
    Writer writer;
    writer.beginObject().member("resourceType", "Bundle").member("type", "searchset");
    writer.key("link").beginArray();
    const auto link = [&](const char* relation, fhir::Query parameters, int from) {
        parameters.add("_count", std::to_string(count)).add("_offset", std::to_string(from));
        writer.beginObject()
            .member("relation", relation)
            .member("url", self + "?" + parameters.text())
            .endObject();
    };
    fhir::Query asked;
    for (const auto& [name, value] : query)
        if (name != "_count" && name != "_offset") asked.add(name, value);
    link("self", asked, offset);
    if (more) link("next", asked, offset + count);
    writer.endArray();
    bool any = false;
    for (const auto& resource : found) {
        if (isKept(resource)) continue;
        if (!any) writer.key("entry").beginArray();
        any = true;
        writer.beginObject()
            .member("fullUrl", base + resource.type + "/" + resource.id)
            .key("resource")
            .raw(resource.json)
            .key("search")
            .beginObject()
            .member("mode", "match")
            .endObject()
            .endObject();
    }
    if (any) writer.endArray();
    return fhirJson(200, writer.endObject().take());
}

http::Response read(const Site& site, std::string_view type, const http::Request& request) {
    auto found =
        store::CompanionTable(site.database).find(std::string(type), request.parameters.at("id"));
    if (!found || isKept(*found))
        throw Error(ErrorKind::NotFound, "there is no such " + std::string(type));
    return fhirJson(200, std::move(found->json));
}

http::Response metadata(const Site& site) {
    Writer writer;
    writer.beginObject()
        .member("resourceType", "CapabilityStatement")
        .member("status", "active")
        .member("date", "2026-11-22")
        .member("kind", "instance")
        .member("fhirVersion", "4.0.1")
        .key("software")
        .beginObject()
        .member("name", "What Matters companion")
        .endObject()
        .key("implementation")
        .beginObject()
        .member("description", "Statements of what matters and team flags that the EHR cannot hold")
        .member("url", site.settings.publicUrl.origin() + "/fhir")
        .endObject()
        .key("format")
        .beginArray()
        .string("application/fhir+json")
        .endArray()
        .key("rest")
        .beginArray()
        .beginObject()
        .member("mode", "server")
        .key("resource")
        .beginArray();
    for (const char* type : {"Flag", "Observation"}) {
        writer.beginObject().member("type", type).key("interaction").beginArray();
        for (const char* code : {"read", "search-type"})
            writer.beginObject().member("code", code).endObject();
        writer.endArray().key("searchParam").beginArray();
        const auto parameter = [&](const char* name, const char* kind) {
            writer.beginObject().member("name", name).member("type", kind).endObject();
        };
        parameter("_id", "token");
        parameter("patient", "reference");
        parameter("subject", "reference");
        writer.endArray().endObject();
    }
    writer.endArray().endObject().endArray().endObject();
    return fhirJson(200, writer.take());
}

}  // namespace

void addEndpoint(http::Router& router, const Site& site) {
    router.add("GET", "/fhir/metadata",
               asFhir(site, [site](const http::Request&) { return metadata(site); }));
    for (const char* type : {"Observation", "Flag"}) {
        const std::string path = std::string("/fhir/") + type;
        router.add("GET", path, asFhir(site, [site, type](const http::Request& request) {
                       return search(site, type, request);
                   }));
        router.add("GET", path + "/{id}", asFhir(site, [site, type](const http::Request& request) {
                       return read(site, type, request);
                   }));
    }
}

}  // namespace plugin::companion
