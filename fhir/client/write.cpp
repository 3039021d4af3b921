#include "fhir/base/error.h"
#include "fhir/client/client.h"
#include "fhir/client/links.h"
#include "fhir/client/reply.h"

namespace fhir {
namespace {

/// Where the resource is that an answer is about: some servers name it only in the body. A body
/// that is no FHIR is no failure: the status has said that it was done.
std::string locationFrom(http::Response& response, std::string_view type) {
    for (const auto* field : {"Location", "Content-Location"}) {
        auto location = resourceFromLocation(response.headers.find(field).value_or(""), type);
        if (!location.empty()) return location;
    }
    if (response.body.empty()) return {};
    try {
        const auto document = json::Document::parse(std::move(response.body));
        if (document.root().findString("resourceType") == type)
            if (const auto id = document.root().findString("id"); id && isId(*id))
                return std::string(type) + "/" + *id;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
    }
    return {};
}

/// A page of whatever stands before the server, a sign-in or a firewall: then nothing was done, or
/// nobody can tell. No more than its type, without a page, is how an EHR says that it was done.
void refusePage(const std::string& step, const http::Response& response) {
    const auto type = response.headers.find("Content-Type").value_or("");
    if (!response.body.empty() && type.starts_with("text/html"))
        throw Error(ErrorKind::BadReply, step +
                                             ": a page came in place of an answer; it is not known "
                                             "whether anything was done");
}

}  // namespace

http::Request Client::writing(std::string_view method, const Url& url, std::string body,
                              std::string contentType) const {
    auto request = bare(method, url);
    request.headers.set("Content-Type", std::move(contentType));
    // What the server has made of it is read back where that matters.
    request.headers.set("Prefer", "return=minimal");
    request.body = std::move(body);
    return request;
}

Created Client::create(std::string_view type, const std::string& resource,
                       const CreateOptions& options) const {
    const auto step = "create " + std::string(type);
    auto request = writing("POST", urlOf(type), resource);
    if (!options.ifNoneExist.empty()) request.headers.set("If-None-Exist", options.ifNoneExist);
    auto response = exchange(step, request);
    if (response.status != 201 && response.status != 200) throw errorFromReply(step, response);
    Created created;
    created.how = response.status == 200 && !options.ifNoneExist.empty()
                      ? Created::How::AlreadyThere
                      : Created::How::Created;
    created.etag = response.headers.find("ETag").value_or("");
    created.location = locationFrom(response, type);
    return created;
}

Updated Client::putOrPatch(const std::string& step, http::Request request, std::string_view type,
                           const UpdateOptions& options) const {
    if (!options.ifMatch.empty()) request.headers.set("If-Match", options.ifMatch);
    auto response = exchange(step, request);
    if (response.status != 200 && response.status != 201 && response.status != 204)
        throw errorFromReply(step, response);
    refusePage(step, response);
    Updated updated;
    updated.how = response.status == 201 ? Updated::How::Created : Updated::How::Updated;
    updated.etag = response.headers.find("ETag").value_or("");
    updated.location = locationFrom(response, type);
    return updated;
}

Updated Client::update(std::string_view type, std::string_view id, const std::string& resource,
                       const UpdateOptions& options) const {
    checkId(id);
    const auto name = std::string(type) + "/" + std::string(id);
    auto updated = putOrPatch("update " + std::string(type), writing("PUT", urlOf(name), resource),
                              type, options);
    if (updated.location.empty()) updated.location = name;
    return updated;
}

Updated Client::updateWhere(std::string_view type, const Query& criteria,
                            const std::string& resource) const {
    if (criteria.empty())
        throw Error(ErrorKind::InvalidInput, "a conditional update needs a condition");
    return putOrPatch("update " + std::string(type),
                      writing("PUT", urlOf(type, criteria), resource), type, {});
}

Updated Client::patch(std::string_view type, std::string_view id, const std::string& operations,
                      const UpdateOptions& options) const {
    checkId(id);
    const auto name = std::string(type) + "/" + std::string(id);
    auto updated = putOrPatch(
        "patch " + std::string(type),
        writing("PATCH", urlOf(name), operations, "application/json-patch+json"), type, options);
    if (updated.location.empty()) updated.location = name;
    return updated;
}

BatchAnswers Client::batch(const std::vector<BatchRequest>& requests) const {
    return sendBundle("batch", requests);
}

BatchAnswers Client::transaction(const std::vector<BatchRequest>& requests) const {
    return sendBundle("transaction", requests);
}

BatchAnswers Client::sendBundle(const std::string& type,
                                const std::vector<BatchRequest>& requests) const {
    const auto request = writing("POST", options_.base, toBundle(type, requests));
    auto response = exchange(type, request);
    if (response.status != 200) throw errorFromReply(type, response);
    auto document = jsonFromReply(type, std::move(response));
    refuseOutcome(type, document.root());
    return readAnswers(type, type, requests, std::move(document));
}

}  // namespace fhir
