// The FHIR client of this program, steered by a test: reads a JSON command a line on standard
// input and prints a JSON answer a line on standard output. README.md beside it lists them.
#include <iostream>
#include <string>

#include "fhir/client/batch.h"
#include "fhir/client/bulk_export.h"
#include "fhir/client/client.h"
#include "fhir/r4/audit_event.h"
#include "fhir/r4/communication.h"
#include "fhir/r4/document_reference.h"
#include "fhir/r4/flag.h"
#include "fhir/r4/observation.h"
#include "fhir/r4/provenance.h"
#include "fhir/r4/questionnaire_response.h"
#include "fhir/r4/task.h"

namespace {

using fhir::json::Value;
using fhir::json::Writer;

std::string textOf(const Value& json, const char* name) {
    return json.findString(name).value_or("");
}

std::string resourceOf(const Value& json) {
    const auto resource = json.find("resource");
    return resource ? resource->toJson() : std::string();
}

fhir::Query queryOf(const Value& json) {
    fhir::Query query;
    for (const auto pair : json.findArray("query")) {
        std::vector<std::string> both;
        for (const auto part : pair.array()) both.push_back(part.string());
        query.add(both.at(0), both.at(1));
    }
    return query;
}

void write(Writer& out, const char* name, const std::vector<std::string>& texts) {
    out.key(name).beginArray();
    for (const auto& text : texts) out.string(text);
    out.endArray();
}

void write(Writer& out, const char* name, const std::vector<fhir::Issue>& issues) {
    std::vector<std::string> texts;
    for (const auto& issue : issues) texts.push_back(issue.text);
    write(out, name, texts);
}

void write(Writer& out, const fhir::Error& error) {
    out.key("error")
        .beginObject()
        .member("kind", toString(error.kind()))
        .member("status", std::int64_t{error.status()})
        .member("text", error.what())
        .endObject();
}

void write(Writer& out, const fhir::Updated& updated) {
    out.member("how", updated.how == fhir::Updated::How::Created ? "created" : "updated")
        .member("location", updated.location)
        .member("etag", updated.etag);
}

void writeResource(Writer& out, const std::string& json) {
    out.key("resource").raw(json);
}

std::vector<fhir::BatchRequest> requestsOf(const Value& command) {
    std::vector<fhir::BatchRequest> requests;
    for (const auto request : command.findArray("requests"))
        requests.push_back({textOf(request, "method"), textOf(request, "url"), resourceOf(request),
                            textOf(request, "fullUrl"), textOf(request, "ifNoneExist"),
                            textOf(request, "ifMatch")});
    return requests;
}

/// The resource as this program writes what it authors: read, and written again.
template <class... Resources>
std::string rewritten(const Value& resource) {
    const auto type = textOf(resource, "resourceType");
    std::string text;
    const bool isKnown = ((type == Resources::resourceType &&
                           (text = fhir::toJsonText(Resources::fromJson(resource)), true)) ||
                          ...);
    if (!isKnown)
        throw fhir::Error(fhir::ErrorKind::InvalidInput, "this program authors no " + type);
    return text;
}

std::string rewritten(const Value& resource) {
    return rewritten<fhir::AuditEvent, fhir::Communication, fhir::DocumentReference, fhir::Flag,
                     fhir::Observation, fhir::Provenance, fhir::QuestionnaireResponse, fhir::Task>(
        resource);
}

/// Carries out one command and writes the members of its answer.
class Driver {
public:
    explicit Driver(fhir::Client client) : client_(std::move(client)) {}

    void carryOut(const Value& command, Writer& out) const {
        const auto what = command.at("do").string();
        if (what == "create")
            create(command, out);
        else if (what == "update")
            write(out, client_.update(textOf(command, "type"), textOf(command, "id"),
                                      resourceOf(command), {textOf(command, "ifMatch")}));
        else if (what == "updateWhere")
            write(out, client_.updateWhere(textOf(command, "type"), queryOf(command),
                                           resourceOf(command)));
        else if (what == "patch")
            write(out,
                  client_.patch(textOf(command, "type"), textOf(command, "id"),
                                command.at("operations").toJson(), {textOf(command, "ifMatch")}));
        else if (what == "read")
            read(command, out);
        else if (what == "search")
            search(command, out);
        else if (what == "batch" || what == "transaction")
            bundle(command, what == "batch", out);
        else if (what == "export")
            bulkExport(command, out);
        else if (what == "rewrite")
            writeResource(out, rewritten(command.at("resource")));
        else if (what == "bundle")
            writeResource(out, fhir::toBundle(textOf(command, "type"), requestsOf(command)));
        else
            throw fhir::Error(fhir::ErrorKind::InvalidInput, "no such command: " + what);
    }

private:
    void create(const Value& command, Writer& out) const {
        const auto created = client_.create(textOf(command, "type"), resourceOf(command),
                                            {textOf(command, "ifNoneExist")});
        const bool isNew = created.how == fhir::Created::How::Created;
        out.member("how", isNew ? "created" : "already-there")
            .member("location", created.location)
            .member("etag", created.etag);
    }

    void read(const Value& command, Writer& out) const {
        const auto type = textOf(command, "type"), id = textOf(command, "id");
        if (const auto version = command.findString("version")) {
            out.key("resource").value(client_.readVersion(type, id, *version).root());
            return;
        }
        const auto versioned = client_.readVersioned(type, id);
        out.member("etag", versioned.etag).key("resource").value(versioned.document.root());
    }

    void search(const Value& command, Writer& out) const {
        std::vector<std::string> matches, includes;
        const auto name = [](const fhir::BundleEntry& entry) {
            return entry.resourceType + "/" + entry.id;
        };
        fhir::SearchOptions options;
        options.strict = command.findBoolean("strict").value_or(false);
        options.onInclude = [&](const auto& entry) { includes.push_back(name(entry)); };
        const auto outcome = client_.search(
            textOf(command, "type"), queryOf(command),
            [&](const auto& entry) { matches.push_back(name(entry)); }, options);
        write(out, "matches", matches);
        write(out, "includes", includes);
        write(out, "ignored", outcome.ignored);
        write(out, "issues", outcome.issues);
        out.member("pages", std::int64_t{outcome.pages}).member("restarted", outcome.restarted);
    }

    void bundle(const Value& command, bool isBatch, Writer& out) const {
        const auto requests = requestsOf(command);
        const auto answers = isBatch ? client_.batch(requests) : client_.transaction(requests);
        out.key("answers").beginArray();
        for (const auto& answer : answers.answer) {
            out.beginObject()
                .member("status", std::int64_t{answer.status})
                .member("location", answer.location)
                .member("etag", answer.etag);
            if (answer.error) write(out, *answer.error);
            out.endObject();
        }
        out.endArray();
    }

    void bulkExport(const Value& command, Writer& out) const {
        std::vector<std::string> resources;
        fhir::BulkExportRequest request;
        request.group = textOf(command, "group");
        const auto exported = fhir::BulkExport(client_).run(request, [&](const Value& resource,
                                                                         auto&) {
            resources.push_back(textOf(resource, "resourceType") + "/" + textOf(resource, "id"));
        });
        write(out, "resources", resources);
        write(out, "issues", exported.issues);
        out.member("transactionTime", exported.transactionTime);
    }

    fhir::Client client_;
};

}  // namespace

int main(int count, char** words) {
    if (count != 2) {
        std::cerr << "usage: interop_driver FHIR_BASE < COMMANDS\n";
        return 2;
    }
    const auto transport = fhir::http::makeTransport();
    fhir::ClientOptions options;
    options.base = fhir::Url::parse(words[1]);
    const Driver driver(fhir::Client(*transport, options));
    for (std::string line; std::getline(std::cin, line);) {
        Writer out;
        out.beginObject();
        try {
            const auto command = fhir::json::Document::parse(line);
            driver.carryOut(command.root(), out);
        } catch (const fhir::Error& error) {
            write(out, error);
        }
        out.endObject();
        std::cout << out.take() << std::endl;
    }
}
