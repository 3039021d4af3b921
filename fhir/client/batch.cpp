#include "fhir/client/batch.h"

#include "fhir/client/reply.h"
#include "fhir/r4/bundle.h"

namespace fhir {
namespace {

/// The type that a request is about: "Patient" for "Patient/1" and "Patient?name=…".
std::string_view typeOf(std::string_view url) noexcept {
    return url.substr(0, url.find_first_of("/?"));
}

BatchAnswer readAnswer(const std::string& step, const BatchRequest& request,
                       const BundleResult& result) {
    BatchAnswer answer{.status = result.status,
                       .location = {},
                       .etag = result.etag.value_or(""),
                       .error = {},
                       .resource = result.resource};
    const auto type = typeOf(request.url);
    answer.location = resourceFromLocation(result.location.value_or(""), type);
    if (answer.location.empty() && answer.resource && answer.resource->isObject() &&
        answer.resource->findString("resourceType") == type)
        if (const auto id = answer.resource->findString("id"); id && isId(*id))
            answer.location = std::string(type) + "/" + *id;
    if (answer.status >= 300) {
        const auto& outcome = result.outcome ? result.outcome : result.resource;
        answer.error =
            errorFromReply(step, {answer.status, {}, outcome ? outcome->toJson() : std::string()});
    }
    return answer;
}

void refuse(std::size_t index, const std::string& member, const std::string& why) {
    throw Error(ErrorKind::InvalidInput, why, "/entry/" + std::to_string(index) + member);
}

void check(const BatchRequest& request, std::size_t index) {
    const auto& method = request.method;
    const bool carries = method == "POST" || method == "PUT" || method == "PATCH";
    if (method.empty()) refuse(index, "/request/method", "is missing");
    if (request.url.empty()) refuse(index, "/request/url", "is missing");
    if (carries && request.resource.empty()) refuse(index, "/resource", "is missing");
    if (!carries && !request.resource.empty())
        refuse(index, "/resource", "must not be there: its method carries none");
}

}  // namespace

std::string toBundle(std::string_view type, const std::vector<BatchRequest>& requests) {
    json::Writer writer;
    writer.beginObject().member("resourceType", "Bundle").member("type", type);
    if (!requests.empty()) writer.key("entry").beginArray();
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const auto& request = requests[i];
        check(request, i);
        writer.beginObject().member("fullUrl", request.fullUrl);
        if (!request.resource.empty()) writer.key("resource").raw(request.resource);
        writer.key("request")
            .beginObject()
            .member("method", request.method)
            .member("url", request.url)
            .member("ifMatch", request.ifMatch)
            .member("ifNoneExist", request.ifNoneExist)
            .endObject();
        writer.endObject();
    }
    if (!requests.empty()) writer.endArray();
    writer.endObject();
    return writer.take();
}

BatchAnswers readAnswers(const std::string& step, std::string_view type,
                         const std::vector<BatchRequest>& requests, json::Document document) {
    BatchAnswers answers{std::move(document), {}};
    const auto refuseReply = [&](const std::string& path, const std::string& why) {
        throw Error(ErrorKind::BadReply,
                    step + ": " + (path.empty() ? "the answer" : path) + " " + why, path);
    };
    try {
        const auto bundle = Bundle::fromJson(answers.document.root());
        if (bundle.type != std::string(type) + "-response")
            refuseReply("/type", "is not " + std::string(type) + "-response");
        if (!bundle.issue.empty()) refuseReply(bundle.issue[0].path, bundle.issue[0].text);
        if (bundle.result.size() != requests.size())
            refuseReply("", "has " + std::to_string(bundle.result.size()) + " answers to " +
                                std::to_string(requests.size()) + " requests");
        for (std::size_t i = 0; i < requests.size(); ++i) {
            if (bundle.result[i].status == 0)
                refuseReply("/entry/" + std::to_string(i) + "/response/status",
                            "is no HTTP status");
            answers.answer.push_back(
                readAnswer(step + ", entry " + std::to_string(i), requests[i], bundle.result[i]));
        }
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        refuseReply(error.path(), error.what());
    }
    return answers;
}

}  // namespace fhir
