#include "plugin/fhir_api/endpoint.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "fhir/base/json.h"
#include "fhir/base/log.h"
#include "fhir/r4/datatypes.h"
#include "fhir/r4/date_time.h"
#include "fhir/r4/observation.h"
#include "fhir/r4/operation_outcome.h"
#include "fhir/smart/scopes.h"
#include "plugin/audit/trail.h"
#include "plugin/connections/connections.h"
#include "plugin/domain/statement.h"
#include "plugin/fhir_api/callers.h"
#include "plugin/fhir_api/capability.h"
#include "plugin/fhir_api/ehr_references.h"
#include "plugin/fhir_api/search.h"
#include "plugin/http_server/compression.h"
#include "plugin/settings/settings.h"
#include "plugin/store/sealing/digest.h"
#include "plugin/store/tables/companion_table.h"

namespace plugin::fhir_api {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::json::Writer;
using fhir::smart::ResourceScope;
using store::CompanionResource;

constexpr const char* kRoot = "/fhir";
constexpr const char* kJson = "application/fhir+json";
/// How many resources one search looks at before it answers with what it has and where to go on.
constexpr int kLooksMax = 5'000;
constexpr int kBatch = 250;

http_server::Response fhirJson(int status, std::string body) {
    return {status, {{"Content-Type", kJson}}, std::move(body), {}, {}};
}

/// FHIR's IssueType for a status.
std::string_view issueCode(int status) {
    switch (status) {
        case 400:
            return "invalid";
        case 401:
            return "login";
        case 403:
            return "forbidden";
        case 404:
            return "not-found";
        case 405:
        case 406:
        case 415:
            return "not-supported";
        case 503:
            return "transient";
        default:
            return "exception";
    }
}

/// /fhir speaks OperationOutcome where the rest speaks problem+json.
void sayAsOutcome(const http_server::Request& request, http_server::Response& response) noexcept {
    try {
        if (response.headers.find("Content-Type") != "application/problem+json") return;
        const auto document = fhir::json::Document::parse(response.body);
        const auto detail = document.root().findString("detail").value_or("");
        response.body = fhir::OperationOutcome::oneIssue("error", issueCode(response.status),
                                                         detail + " (request " + request.id + ")");
        response.headers.set("Content-Type", kJson);
        if (response.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
    } catch (const std::exception&) {
        fhir::log::error("a refusal could not be said as an OperationOutcome");
    }
}

/// A refusal where the caller takes no JSON.
std::optional<http_server::Response> refusedFormat(const http_server::Request& request,
                                                   const fhir::Query& query) {
    const auto format = query.find("_format");
    const auto wanted = format ? *format : request.headers.find("Accept").value_or("*/*");
    const bool isTaken = wanted.find("json") != std::string::npos ||
                         (!format && wanted.find("*/*") != std::string::npos) ||
                         (!format && wanted.find("application/*") != std::string::npos);
    if (isTaken) return std::nullopt;
    return http_server::problem(
        {406, "not-acceptable", "Not acceptable", "This server speaks application/fhir+json only."},
        request);
}

bool isRestricted(const CompanionResource& resource, const fhir::json::Value& json) {
    if (resource.type != fhir::Observation::resourceType) return false;
    const auto statement = domain::fromObservation(fhir::Observation::fromJson(json));
    return statement && statement->keepToTeam;
}

/// Weak, for the same resource may be written in other bytes (RFC 9110, section 8.8.1).
std::string tagOf(const CompanionResource& resource) {
    const auto time = resource.lastUpdated.time_since_epoch();
    return "W/\"" + std::to_string(std::chrono::floor<std::chrono::milliseconds>(time).count()) +
           "\"";
}

constexpr std::size_t kSearchBytesMax = 64 * 1024;
constexpr std::ptrdiff_t kParametersMax = 50;
/// Of what the audit trail keeps of a query.
constexpr std::size_t kAuditedBytesMax = 2 * 1024;

/// A search as it was sent. Throws Error{InvalidInput} if it is larger than any that is meant.
fhir::Query searchIn(const std::string& text) {
    if (text.size() > kSearchBytesMax)
        throw Error(ErrorKind::InvalidInput,
                    "a search may have at most " + std::to_string(kSearchBytesMax) + " bytes");
    auto query = fhir::Query::parse(text);
    if (std::distance(query.begin(), query.end()) > kParametersMax)
        throw Error(ErrorKind::InvalidInput,
                    "a search may have at most " + std::to_string(kParametersMax) + " parameters");
    return query;
}

/// A query, or its beginning with the SHA-256 of all of it: the same query is told again by that.
std::string auditedQuery(std::string query) {
    if (query.size() <= kAuditedBytesMax) return query;
    const auto digest = store::digestOf(query);
    query.resize(kAuditedBytesMax);
    return query + "... sha256:" + digest;
}

class Endpoint {
public:
    explicit Endpoint(const Uses& uses) : uses_(uses), callers_(uses) {}

    http_server::Response metadata(const http_server::Request& request) const {
        if (auto refused = refusedFormat(request, fhir::Query::parse(request.query)))
            return *std::move(refused);
        return fhirJson(200, capabilityStatement(uses_.settings));
    }

    http_server::Response search(const ServedType& served, const http_server::Request& request,
                                 const fhir::Query& query) {
        const auto caller = callers_.callerOf(request);
        if (auto refused = refusedFormat(request, query)) return *std::move(refused);
        const auto prefer = request.headers.find("Prefer").value_or("");
        auto search =
            Search::parse(served, query, prefer.find("handling=lenient") != std::string::npos);
        const auto only = caller.subjectFor(served.type, ResourceScope::kSearch);
        if (!only.empty()) search.bind(only);
        const auto [found, next] = run(served, caller, search);
        recordQuery(caller, search, found, request);
        return fhirJson(200, bundle(served, search, found, next));
    }

    http_server::Response read(const ServedType& served, const http_server::Request& request) {
        const auto caller = callers_.callerOf(request);
        if (auto refused = refusedFormat(request, fhir::Query::parse(request.query)))
            return *std::move(refused);
        const auto only = caller.subjectFor(served.type, ResourceScope::kRead);
        auto found = store::CompanionTable(uses_.database)
                         .find(std::string(served.type), request.parameters.at("id"));
        // Whoever may not see it is not told that it is there.
        const bool isSeen =
            found && (caller.connection().empty() || caller.connection() == found->connection) &&
            (only.empty() || only == found->subject) &&
            !isRestricted(*found, fhir::json::Document::parse(found->json).root());
        if (!isSeen)
            throw Error(ErrorKind::NotFound, "There is no such " + std::string(served.type) + ".");
        auto seen = auditEntryFor(caller, audit::Action::Read, request);
        seen.connection = found->connection;
        seen.patient = patientOf(found->subject);
        seen.resource = "urn:uuid:" + found->id;
        if (!seen.patient.empty()) uses_.trail.record(std::move(seen));
        const auto tag = tagOf(*found);
        const bool isKnown = request.headers.find("If-None-Match") == tag;
        auto response =
            isKnown ? http_server::Response{304, {}, {}, {}, {}} : fhirJson(200, sent(*found));
        response.headers.set("ETag", tag);
        return response;
    }

private:
    /// "2" of "Patient/2"; "" where it is about no patient.
    static std::string patientOf(const std::string& subject) {
        const auto about = fhir::parseReference(subject);
        return about && about->type == "Patient" ? about->id : std::string();
    }

    audit::Entry auditEntryFor(const Caller& caller, audit::Action action,
                               const http_server::Request& request) const {
        const auto& token = caller.token();
        const bool isReference = fhir::parseReference(token.fhirUser).has_value();
        return {.action = action,
                .at = uses_.clock.now(),
                .by = {.reference = isReference ? token.fhirUser : std::string(),
                       .identifier = token.fhirUser.empty() ? token.subject : token.fhirUser,
                       .client = token.clientId,
                       .way = "companion",
                       .address = request.clientAddress},
                .connection = caller.connection(),
                .requestId = request.id};
    }

    /// One event for each patient that was found (IHE BALP, Patient Query), or that was asked for.
    void recordQuery(const Caller& caller, const Search& search,
                     const std::vector<CompanionResource>& found,
                     const http_server::Request& request) const {
        auto query = auditEntryFor(caller, audit::Action::Query, request);
        query.query =
            auditedQuery(request.method + " " + request.path + "?" + search.asked().text());
        std::set<std::pair<std::string, std::string>> patients;
        for (const auto& resource : found)
            patients.emplace(resource.connection, patientOf(resource.subject));
        patients.emplace(caller.connection(), patientOf(search.subject()));
        for (const auto& [connection, patient] : patients) {
            if (patient.empty()) continue;  // a team, or nobody
            query.connection = connection;
            query.patient = patient;
            uses_.trail.record(query);
        }
    }

    /// As it leaves this server, which has none of the EHR's patients.
    std::string sent(const CompanionResource& resource) const {
        const auto* ehr = uses_.connections.find(resource.connection);
        if (ehr == nullptr) return resource.json;  // it is configured no more
        const store::CompanionTable table(uses_.database);
        const auto isHere = [&](const std::string& reference) {
            const auto named = fhir::parseReference(reference);
            const auto isServed = std::any_of(
                servedTypes().begin(), servedTypes().end(),
                [&](const ServedType& served) { return named && served.type == named->type; });
            const auto here = isServed ? table.find(named->type, named->id) : std::nullopt;
            return here && here->connection == resource.connection;
        };
        return withEhrReferences(fhir::json::Document::parse(resource.json).root(),
                                 ehr->settings.fhirBase, isHere);
    }

    struct Found {
        std::vector<CompanionResource> resources;
        std::optional<PageMark> next;
    };

    static PageMark markOf(const CompanionResource& resource) {
        const auto time = resource.lastUpdated.time_since_epoch();
        return {std::chrono::floor<std::chrono::milliseconds>(time).count(), resource.id};
    }

    Found run(const ServedType& served, const Caller& caller, const Search& search) const {
        const store::CompanionTable table(uses_.database);
        store::CompanionFilter filter{.type = std::string(served.type),
                                      .connection = caller.connection(),
                                      .subject = search.subject()};
        if (search.mark()) {
            filter.before = search.mark()->milliseconds;
            filter.afterId = search.mark()->id;
        }
        Found found;
        for (int looked = 0; looked < kLooksMax;) {
            const auto batch = table.list(filter, kBatch);
            for (const auto& resource : batch) {
                if (std::ssize(found.resources) == search.count()) {
                    found.next = PageMark{filter.before, filter.afterId};
                    return found;
                }
                auto mark = markOf(resource);
                filter.before = mark.milliseconds;
                filter.afterId = std::move(mark.id);
                const auto document = fhir::json::Document::parse(resource.json);
                const bool isIt = (search.id().empty() || search.id() == resource.id) &&
                                  search.matches(document.root()) &&
                                  !isRestricted(resource, document.root());
                if (isIt) found.resources.push_back(resource);
            }
            if (std::ssize(batch) < kBatch) return found;
            looked += kBatch;
        }
        found.next = PageMark{filter.before, filter.afterId};  // a page may be short of matches
        return found;
    }

    std::string bundle(const ServedType& served, const Search& search,
                       const std::vector<CompanionResource>& found,
                       const std::optional<PageMark>& next) const {
        const auto base = uses_.settings.publicUrl.origin() + kRoot + "/";
        Writer writer;
        writer.beginObject().member("resourceType", "Bundle").member("type", "searchset");
        writer.key("link").beginArray();
        const auto link = [&](const char* relation, const std::optional<PageMark>& mark) {
            auto parameters = search.asked();
            parameters.add("_count", std::to_string(search.count()));
            if (mark) parameters.add("_page", std::to_string(mark->milliseconds) + "." + mark->id);
            writer.beginObject()
                .member("relation", relation)
                .member("url", base + std::string(served.type) + "?" + parameters.text())
                .endObject();
        };
        link("self", search.mark());
        if (next) link("next", next);
        writer.endArray();
        if (!found.empty()) {
            writer.key("entry").beginArray();
            for (const auto& resource : found) {
                writer.beginObject()
                    .member("fullUrl", base + resource.type + "/" + resource.id)
                    .key("resource")
                    .raw(sent(resource));
                writer.key("search").beginObject().member("mode", "match").endObject().endObject();
            }
            writer.endArray();
        }
        return writer.endObject().take();
    }

    const Uses uses_;
    Callers callers_;
};

/// Without an audience, a token that the EHR gave for another service opens this one.
void warnOfMissingAudience(const Connections& connections) {
    for (const auto& [id, connection] : connections)
        if (connection.settings.companion && connection.settings.companion->audience.empty())
            fhir::log::warning(
                "companion-without-audience",
                {{"connection", id},
                 {"advice",
                  "set companion.audience: without it every token of this EHR that has the scopes "
                  "is let in, whichever service it was given for"}});
}

}  // namespace

void addEndpoint(http_server::Router& router, const Uses& uses) {
    warnOfMissingAudience(uses.connections);
    const auto endpoint = std::make_shared<Endpoint>(uses);  // shared by the handlers
    const std::string root(kRoot);
    router.add("GET", root + "/metadata", [endpoint](const http_server::Request& request) {
        return endpoint->metadata(request);
    });
    for (const auto& served : servedTypes()) {
        const auto path = root + "/" + std::string(served.type);
        router.add("GET", path, [endpoint, &served](const http_server::Request& request) {
            return endpoint->search(served, request, searchIn(request.query));
        });
        router.add("POST", path + "/_search",
                   [endpoint, &served](const http_server::Request& request) {
                       return endpoint->search(served, request, searchIn(request.body));
                   });
        router.add("GET", path + "/{id}", [endpoint, &served](const http_server::Request& request) {
            return endpoint->read(served, request);
        });
    }
    router.finish(root, sayAsOutcome);
    router.finish(root, http_server::compress);
}

}  // namespace plugin::fhir_api
