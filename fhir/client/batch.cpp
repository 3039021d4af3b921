#include "fhir/client/batch.h"

#include <charconv>

#include "fhir/client/reply.h"
#include "fhir/r4/datatypes.h"

namespace fhir {
namespace {

/// "201" or "201 Created"; 0 where it begins with no status.
int statusFrom(std::string_view text) noexcept {
    int status = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), status);
    const bool whole = end == text.data() + text.size() || *end == ' ';
    return fault == std::errc() && whole && status >= 100 && status <= 599 ? status : 0;
}

/// The type that a request is about: "Patient" for "Patient/1" and "Patient?name=…".
std::string_view typeOf(std::string_view url) noexcept {
    return url.substr(0, url.find_first_of("/?"));
}

BatchAnswer readAnswer(const std::string& step, const BatchRequest& request,
                       const json::Value& entry) {
    const auto response = entry.at("response");
    const auto status = response.at("status");
    BatchAnswer answer;
    answer.status = statusFrom(status.text());
    if (answer.status == 0) status.refuse("is no HTTP status");
    answer.etag = response.findString("etag").value_or("");
    const auto type = typeOf(request.url);
    answer.location = resourceFromLocation(response.findString("location").value_or(""), type);
    answer.resource = entry.find("resource");
    if (answer.location.empty() && answer.resource && answer.resource->isObject() &&
        answer.resource->findString("resourceType") == type)
        if (const auto id = answer.resource->findString("id"); id && isId(*id))
            answer.location = std::string(type) + "/" + *id;
    if (answer.status >= 300) {
        auto outcome = response.find("outcome");
        if (!outcome) outcome = answer.resource;
        answer.error =
            errorFromReply(step, {answer.status, {}, outcome ? outcome->toJson() : std::string()});
    }
    return answer;
}

}  // namespace

std::string toBundle(std::string_view type, const std::vector<BatchRequest>& requests) {
    json::Writer writer;
    writer.beginObject().member("resourceType", "Bundle").member("type", type);
    if (!requests.empty()) writer.key("entry").beginArray();
    for (const auto& request : requests) {
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
    try {
        const auto root = answers.document.root();
        if (root.at("resourceType").text() != "Bundle" ||
            root.at("type").text() != std::string(type) + "-response")
            root.at("type").refuse("is not " + std::string(type) + "-response");
        std::size_t index = 0;
        for (const auto entry : root.findArray("entry")) {
            // One too many is counted and not read.
            if (index < requests.size())
                answers.answer.push_back(
                    readAnswer(step + ", entry " + std::to_string(index), requests[index], entry));
            ++index;
        }
        if (index != requests.size())
            root.refuse("has " + std::to_string(index) + " answers to " +
                        std::to_string(requests.size()) + " requests");
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        const auto place = error.path().empty() ? "the answer " : error.path() + " ";
        throw Error(ErrorKind::BadReply, step + ": " + place + error.what(), error.path());
    }
    return answers;
}

}  // namespace fhir
