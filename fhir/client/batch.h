#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/json.h"

namespace fhir {

/// One request of a batch or a transaction.
struct BatchRequest {
    std::string method{};       ///< "POST", "PUT", "GET", "DELETE"
    std::string url{};          ///< relative to the base: "Observation", "Patient/1", "Patient?…"
    std::string resource{};     ///< its JSON; "" for GET and DELETE
    std::string fullUrl{};      ///< "urn:uuid:…", for references from other entries; "" for none
    std::string ifNoneExist{};  ///< as in CreateOptions
    std::string ifMatch{};      ///< `W/"3"`
};

/// The result of one request.
struct BatchAnswer {
    int status = 0;
    std::string location;                   ///< "Observation/9"; "" if the server did not say
    std::string etag;                       ///< `W/"3"`; "" if the server did not say
    std::optional<Error> error;             ///< if `status` is no success
    std::optional<json::Value> resource{};  ///< answer to a GET; a view into BatchAnswers::document
};

/// The answers, one for each request, in their order.
struct BatchAnswers {
    json::Document document;
    std::vector<BatchAnswer> answer;
};

/// The Bundle that carries the requests; `type` is "batch" or "transaction". Throws
/// Error{InvalidInput} if a request has no method or URL, lacks the resource that its method needs,
/// or has one that its method forbids. https://hl7.org/fhir/R4/http.html#transaction
std::string toBundle(std::string_view type, const std::vector<BatchRequest>& requests);

/// Reads the Bundle that the server answered with. Throws Error{BadReply} if it is not the answer
/// to these requests. `step` begins the error texts.
BatchAnswers readAnswers(const std::string& step, std::string_view type,
                         const std::vector<BatchRequest>& requests, json::Document document);

}  // namespace fhir
