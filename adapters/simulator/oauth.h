#pragma once

#include <map>
#include <string>

#include "fhir/base/error.h"
#include "fhir/http/transport.h"

/// Requests and answers of an authorization server (RFC 6749).
namespace adapters::simulator {

/// A posted form, each name once.
using Form = std::map<std::string, std::string>;

/// The value of that name; "" if the form does not have it.
std::string at(const Form& form, const std::string& name);

/// Throws an OAuth refusal: `code` becomes the path of the Error (RFC 6749, section 5.2).
[[noreturn]] void refuse(const std::string& code, const std::string& why);

/// The form of a POST. Refuses any other request, a body over 64 KiB, and a repeated name.
Form formOf(const fhir::http::Request& request);

/// The id and the secret of "Basic …" (RFC 7617; the parts are form-encoded, RFC 6749, section
/// 2.3.1). Refuses any other text.
std::pair<std::string, std::string> basicOf(const std::string& header);

/// The token of "Bearer …"; "" if there is none.
std::string bearerOf(const fhir::http::Request& request);

/// A JSON answer that must not be cached.
fhir::http::Response oauthAnswer(int status, std::string json);
/// A refusal as an answer.
fhir::http::Response oauthError(const fhir::Error& error);

}  // namespace adapters::simulator
