#include "fhir/client/client.h"

#include <set>

#include "fhir/client/links.h"
#include "fhir/client/reply.h"
#include "fhir/r4/operation_outcome.h"

namespace fhir {
namespace {

/// Gives the entries of a page, `entriesMax` at most, and notes what cannot be read.
void giveEntries(const Bundle& bundle, std::size_t entriesMax,
                 const std::function<void(const BundleEntry&)>& onEntry, SearchOutcome& outcome) {
    const auto page = "page " + std::to_string(outcome.pages);
    for (const auto& issue : bundle.issue)
        outcome.issues.push_back(
            {issue.path, page + " cannot be read at " + issue.path + ": " + issue.text});
    for (const auto& entry : bundle.entry) {
        if (entriesMax-- == 0) return;
        try {
            if (entry.mode == "outcome")
                outcome.issues.push_back(
                    {"", "the server remarked: " +
                             OperationOutcome::fromJson(entry.resource).summary()});
            else
                onEntry(entry);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::InvalidInput) throw;
            outcome.issues.push_back(
                {error.path(), page + ", entry " + std::to_string(entry.index) +
                                   " cannot be read: " + error.path() + " " + error.what()});
        }
    }
}

}  // namespace

Client::Client(http::Transport& transport, ClientOptions options)
    : transport_(transport), options_(std::move(options)) {
    while (options_.base.path.size() > 1 && options_.base.path.ends_with('/'))
        options_.base.path.pop_back();
}

Url Client::urlOf(std::string_view path, const Query& query) const {
    Url url = options_.base;
    if (!url.path.ends_with('/')) url.path += '/';
    url.path += path;
    url.query = query.text();
    return url;
}

http::Request Client::request(std::string_view method, const Url& url) const {
    http::Request request{std::string(method), url, options_.headers, {}};
    request.headers.set("Accept", "application/fhir+json");
    if (isWithin(url, options_.base))
        if (const auto authorization = options_.authorization())
            request.headers.set("Authorization", authorization->reveal());
    return request;
}

http::Response Client::send(std::string_view method, const Url& url, std::string body,
                            const CreateOptions* create) const {
    auto request = this->request(method, url);
    request.body = std::move(body);
    if (method == "GET") request.headers.set("Cache-Control", "no-cache");
    if (create != nullptr) {
        request.headers.set("Content-Type", "application/fhir+json");
        request.headers.set("Prefer", "return=minimal");
        if (!create->ifNoneExist.empty()) request.headers.set("If-None-Exist", create->ifNoneExist);
    }
    const auto deadline = deadlineIn(options_.timeout);
    auto response = transport_.send(request, deadline);
    const auto used = request.headers.find("Authorization");
    // 401 means that nothing was done: the request may go out again, a create too.
    if (response.status != 401 || !used || !options_.renew(Secret(*used))) return response;
    const auto renewed = options_.authorization();
    if (!renewed || renewed->reveal() == *used) return response;
    request.headers.set("Authorization", renewed->reveal());
    return transport_.send(request, deadline);
}

json::Document Client::get(const std::string& step, const Url& url) const {
    auto response = [&] {
        try {
            return send("GET", url, {}, nullptr);
        } catch (const Error& error) {
            throw error.in(step);
        }
    }();
    if (response.status != 200) throw errorFromReply(step, response);
    return jsonFromReply(step, std::move(response));
}

json::Document Client::read(std::string_view type, std::string_view id) const {
    if (!isId(id)) throw Error(ErrorKind::InvalidInput, "not a FHIR id (A-Z a-z 0-9 - . only)");
    return get("read " + std::string(type), urlOf(std::string(type) + "/" + std::string(id)));
}

SearchOutcome Client::search(std::string_view type, const Query& query,
                             const std::function<void(const BundleEntry&)>& onEntry) const {
    const auto step = "search " + std::string(type);
    SearchOutcome outcome;
    std::set<std::string> seen;
    std::size_t entries = 0;
    auto url = urlOf(type, query);
    for (;;) {
        if (!seen.insert(url.text()).second)
            throw Error(ErrorKind::BadReply, step + ": the next links run in a circle");
        const auto document = get(step, url);
        const auto bundle = asReply(step, [&] { return Bundle::fromJson(document.root()); });
        ++outcome.pages;
        giveEntries(bundle, options_.entriesMax - entries, onEntry, outcome);
        entries += bundle.entry.size() + bundle.issue.size();
        if (entries > options_.entriesMax)
            throw Error(ErrorKind::BadReply, step + ": more than " +
                                                 std::to_string(options_.entriesMax) +
                                                 " entries; narrow the search");
        if (!bundle.next) return outcome;
        if (outcome.pages >= options_.pagesMax)
            throw Error(ErrorKind::BadReply, step + ": more than " +
                                                 std::to_string(options_.pagesMax) +
                                                 " pages; narrow the search");
        url = followed(*bundle.next, url, options_, step + ": the next page");
    }
}

Created Client::create(std::string_view type, const std::string& resource,
                       const CreateOptions& options) const {
    const auto step = "create " + std::string(type);
    auto response = [&] {
        try {
            return send("POST", urlOf(type), resource, &options);
        } catch (const Error& error) {
            throw error.in(step);
        }
    }();
    if (response.status != 201 && response.status != 200) throw errorFromReply(step, response);
    Created created;
    created.how = response.status == 200 && !options.ifNoneExist.empty()
                      ? Created::How::AlreadyThere
                      : Created::How::Created;
    for (const auto* field : {"Location", "Content-Location"})
        if (created.location.empty())
            created.location =
                resourceFromLocation(response.headers.find(field).value_or(""), type);
    if (!created.location.empty() || response.body.empty()) return created;
    // Some servers name the resource only in the body. A body that is no FHIR is no failure:
    // the status has said that the resource is there.
    try {
        const auto document = json::Document::parse(std::move(response.body));
        if (document.root().findString("resourceType") == type)
            if (const auto id = document.root().findString("id"); id && isId(*id))
                created.location = std::string(type) + "/" + *id;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
    }
    return created;
}

CapabilityStatement Client::capabilities() const {
    const std::string step = "read CapabilityStatement";
    const auto document = get(step, urlOf("metadata"));
    return asReply(step, [&] { return CapabilityStatement::fromJson(document.root()); });
}

}  // namespace fhir
