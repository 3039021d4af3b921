#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fhir/base/error.h"
#include "plugin/http_server/message.h"

namespace plugin::http_server {

/// What is said about an error to whoever asked.
struct Problem {
    int status = 500;
    /// What programs, pages and tests know it by: "not-found", "store-unavailable"; never changes.
    std::string type;
    std::string title, detail;  ///< for people, and worded anew whenever that helps them
    std::vector<fhir::Issue> errors{};
};

/// The body of an error: application/problem+json (RFC 9457) with the request id. Its "type" is
/// "urn:whatmatters:problem:" and `type`; `errors` become "errors": [{"pointer","detail"}].
Response problem(const Problem& said, const Request& request);

/// Says it in another form than a problem body: as a page, for whoever reads and does not program.
using ProblemWriter = std::function<Response(const Problem&, const Request&)>;

}  // namespace plugin::http_server
