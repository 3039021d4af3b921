#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/http/transport.h"

namespace fhir {

/// The Error for an answer that is no success. Its kind follows from the status; its text holds
/// codes only, whatever the server sent (OperationOutcome, other JSON, HTML, text, nothing), so
/// that it has no patient data. `step` says what was tried: "search Encounter".
Error errorFromReply(const std::string& step, const http::Response& response);

/// Parses the body of a success as JSON. Throws Error{BadReply} that says what came instead.
json::Document jsonFromReply(const std::string& step, http::Response response);
/// The same, with `parse` as the parser.
json::Document jsonFromReply(const std::string& step, http::Response response,
                             const std::function<json::Document(std::string)>& parse);

/// Throws if a success carries an OperationOutcome instead of what was asked for, as on some
/// servers. The error's kind is from the code (R4, IssueType), {BadReply} if no issue is an
/// error; its text holds codes only.
void refuseOutcome(const std::string& step, const json::Value& root);

/// How long the server asks us to wait: `x-ms-retry-after-ms`, which some clouds send, else
/// `Retry-After` in seconds or as a date, compared with the server's own `Date` (RFC 9110, section
/// 10.2.3). At most a day; nullopt if the server does not say.
std::optional<std::chrono::milliseconds> retryAfter(const http::Response& response);

/// "Type/id" from a Location header in any of its forms (absolute, relative, with _history); "" if
/// it names no resource of that type (R4, http, section 3.1.0.8).
std::string resourceFromLocation(std::string_view location, std::string_view type);

}  // namespace fhir
