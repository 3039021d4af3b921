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
    std::string fullUrl{};      ///< "urn:uuid:…", by which the others refer to it; "" for none
    std::string ifNoneExist{};  ///< as in a create of its own
    std::string ifMatch{};      ///< `W/"3"`
};

/// What became of one request.
struct BatchAnswer {
    int status = 0;
    std::string location;                   ///< "Observation/9"; "" where the server did not say
    std::string etag;                       ///< `W/"3"`; "" where the server did not say
    std::optional<Error> error;             ///< where `status` is no success
    std::optional<json::Value> resource{};  ///< what a GET asked for, in BatchAnswers::document
};

/// The answers, one for each request, in their order.
struct BatchAnswers {
    json::Document document;
    std::vector<BatchAnswer> answer;
};

/// The Bundle that carries the requests; `type` is "batch" or "transaction". Throws
/// Error{InvalidInput} where one of them has no method or URL, lacks the resource that its method
/// needs, or has one that it must not have. https://hl7.org/fhir/R4/http.html#transaction
std::string toBundle(std::string_view type, const std::vector<BatchRequest>& requests);

/// Reads the Bundle that came back. Throws Error{BadReply} where it is not the answer to these
/// requests.
BatchAnswers readAnswers(const std::string& step, std::string_view type,
                         const std::vector<BatchRequest>& requests, json::Document document);

}  // namespace fhir
