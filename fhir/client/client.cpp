#include "fhir/client/client.h"

#include <algorithm>

#include "fhir/base/base64.h"
#include "fhir/client/links.h"
#include "fhir/client/reply.h"
#include "fhir/r4/operation_outcome.h"

namespace fhir {

Client::Client(http::Transport& transport, ClientOptions options)
    : transport_(transport), options_(std::move(options)) {
    while (options_.base.path.size() > 1 && options_.base.path.ends_with('/'))
        options_.base.path.pop_back();
    server_ = ServerAddress(options_.base, options_.aliases);
}

Client Client::withDeadline(Deadline deadline) const {
    auto options = options_;
    options.deadline = deadline;
    return Client(transport_, std::move(options));
}

Url Client::urlOf(std::string_view path, const Query& query) const {
    Url url = options_.base;
    if (!url.path.ends_with('/')) url.path += '/';
    url.path += path;
    url.query = query.text();
    return url;
}

http::Request Client::bare(std::string_view method, const Url& url) const {
    http::Request request{std::string(method), url, options_.headers, {}};
    request.headers.set("Accept", "application/fhir+json");
    return request;
}

void Client::addCredential(http::Request& request) const {
    if (!isWithin(request.url, options_.base)) return;
    if (const auto authorization = options_.authorization())
        request.headers.set("Authorization", authorization->reveal());
}

http::Request Client::request(std::string_view method, const Url& url) const {
    auto request = bare(method, url);
    addCredential(request);
    return request;
}

http::Response Client::renewing(
    http::Request request, const std::function<http::Response(const http::Request&)>& send) const {
    auto response = send(request);
    const auto used = request.headers.find("Authorization");
    if (response.status != 401 || !used || !options_.renew(Secret(*used))) return response;
    const auto renewed = options_.authorization();
    if (!renewed || renewed->reveal() == *used) return response;
    request.headers.set("Authorization", renewed->reveal());
    return send(request);
}

http::Response Client::exchange(const std::string& step, http::Request request) const try {
    addCredential(request);
    const auto deadline = std::min(options_.clock.steady() + options_.timeout, options_.deadline);
    return renewing(std::move(request),
                    [&](const auto& one) { return transport_.send(one, deadline); });
} catch (const Error& error) {
    throw error.in(step);
}

http::Request Client::freshGet(const Url& url) const {
    auto request = bare("GET", url);
    // Some servers answer an equal search from what they found a minute ago.
    request.headers.set("Cache-Control", "no-cache");
    return request;
}

json::Document Client::get(const std::string& step, const http::Request& request) const {
    auto response = exchange(step, request);
    if (response.status != 200) throw errorFromReply(step, response);
    return jsonFromReply(step, std::move(response));
}

json::Document Client::read(std::string_view type, std::string_view id) const {
    return readVersioned(type, id).document;
}

Versioned Client::readVersioned(std::string_view type, std::string_view id) const {
    checkId(id);
    const auto step = "read " + std::string(type);
    auto response = exchange(step, freshGet(urlOf(std::string(type) + "/" + std::string(id))));
    if (response.status != 200) throw errorFromReply(step, response);
    auto etag = response.headers.find("ETag").value_or("");
    Versioned versioned{jsonFromReply(step, std::move(response)), std::move(etag)};
    if (type != OperationOutcome::resourceType) refuseOutcome(step, versioned.document.root());
    if (!versioned.etag.empty()) return versioned;
    asReply(step, [&] {
        if (const auto meta = versioned.document.root().find("meta"))
            if (const auto version = meta->findString("versionId"))
                versioned.etag = "W/\"" + *version + "\"";
    });
    return versioned;
}

BinaryContent Client::readBinary(std::string_view id) const {
    checkId(id);
    const std::string step = "read Binary";
    auto response = exchange(step, freshGet(urlOf("Binary/" + std::string(id))));
    if (response.status != 200) throw errorFromReply(step, response);
    auto type = response.headers.find("Content-Type").value_or("");
    if (type.find("json") == std::string::npos) return {std::move(type), std::move(response.body)};
    const auto document = jsonFromReply(step, std::move(response));
    refuseOutcome(step, document.root());
    return asReply(step, [&] {
        const auto data = document.root().at("data");
        auto content = decodeBase64(data.string());
        if (!content) data.refuse("is not base64");
        return BinaryContent{document.root().findString("contentType").value_or(""),
                             *std::move(content)};
    });
}

json::Document Client::readVersion(std::string_view type, std::string_view id,
                                   std::string_view versionId) const {
    checkId(id);
    checkId(versionId);
    return get("read a version of " + std::string(type),
               bare("GET", urlOf(std::string(type) + "/" + std::string(id) + "/_history/" +
                                 std::string(versionId))));
}

json::Document Client::readMetadata(const std::string& step) const {
    const auto request = freshGet(urlOf("metadata"));
    try {
        const auto deadline =
            std::min(options_.clock.steady() + options_.timeout, options_.deadline);
        auto response = transport_.send(request, deadline);
        if (response.status != 200) throw errorFromReply(step, response);
        return jsonFromReply(step, std::move(response));
    } catch (const Error& error) {
        if (error.status() == 0) throw error.in(step);
        if (isRetryable(error.kind()) && error.kind() != ErrorKind::BadReply) throw;
        // Some gateways answer whoever has no token with a page to sign in, or as if it were not
        // there.
        if (!options_.authorization()) throw;
    }
    return get(step, request);
}

CapabilityStatement Client::capabilities() const {
    const std::string step = "read CapabilityStatement";
    const auto document = readMetadata(step);
    return asReply(step, [&] { return CapabilityStatement::fromJson(document.root()); });
}

}  // namespace fhir
