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

/// The Error for an answer that is no success: its kind by status, its text from whatever the
/// server sent (OperationOutcome, vendors' own JSON, HTML, text, nothing), in codes only, so that
/// no patient data comes along. `step` says what was tried: "search Encounter".
Error errorFromReply(const std::string& step, const http::Response& response);

/// The body of a success as JSON. Throws Error{BadReply} that says what came instead.
json::Document jsonFromReply(const std::string& step, http::Response response);
/// The same, read by `parse`.
json::Document jsonFromReply(const std::string& step, http::Response response,
                             const std::function<json::Document(std::string)>& parse);

/// Throws where a success carries an OperationOutcome with an error instead of what was asked for,
/// as some servers do: its kind is from the code (R4, IssueType), its text in codes.
void refuseOutcome(const std::string& step, const json::Value& root);

/// How long the server asks us to wait: `Retry-After` in seconds or as a date by the server's own
/// `Date` (RFC 9110, section 10.2.3), or the more exact `x-ms-retry-after-ms` of some clouds; at
/// most a day. nullopt where it does not say.
std::optional<std::chrono::milliseconds> retryAfter(const http::Response& response);

/// "Type/id" from a Location header in any of its forms (absolute, relative, with _history);
/// "" where it names no resource of that type (R4, http, section 3.1.0.8).
std::string resourceFromLocation(std::string_view location, std::string_view type);

}  // namespace fhir
