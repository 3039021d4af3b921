#pragma once

#include <map>
#include <string>

#include "fhir/base/error.h"
#include "fhir/http/transport.h"

/// How an authorization server is asked and answers (RFC 6749).
namespace adapters::simulator {

/// A posted form, each name once.
using Form = std::map<std::string, std::string>;

/// "" where the form does not have it.
std::string at(const Form& form, const std::string& name);

/// Throws a refusal as OAuth says it: `code` is the path of the error (RFC 6749, section 5.2).
[[noreturn]] void refuse(const std::string& code, const std::string& why);

/// The form of a POST. Refuses what is none, what is over 64 KiB, and a name that stands in it
/// twice.
Form formOf(const fhir::http::Request& request);

/// The id and the secret of "Basic …" (RFC 7617; the parts are form-encoded, RFC 6749, section
/// 2.3.1). Refuses what is none.
std::pair<std::string, std::string> basicOf(const std::string& header);

/// The token of "Bearer …", "" where there is none.
std::string bearerOf(const fhir::http::Request& request);

/// JSON that nobody keeps.
fhir::http::Response oauthAnswer(int status, std::string json);
/// A refusal as an answer.
fhir::http::Response oauthError(const fhir::Error& error);

}  // namespace adapters::simulator
