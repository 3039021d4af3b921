#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/simulator/behaviour.h"
#include "adapters/simulator/store.h"
#include "fhir/base/error.h"
#include "fhir/http/transport.h"

namespace adapters::simulator {

/// The segments of `path` below the base's path, percent-decoded; nullopt if it is not below.
std::optional<std::vector<std::string>> pathBelow(std::string_view path, std::string_view base);

/// Throws Error with status 406 if _format or, without it, Accept does not allow JSON.
void requireJsonAccepted(const fhir::http::Request& request);
/// Throws Error with status 415 if the body has another media type.
void requireContentType(const fhir::http::Request& request,
                        std::initializer_list<std::string_view> allowed);

fhir::http::Response json(int status, std::string body);
fhir::http::Response bundle(std::string body);
/// A resource with its ETag and Last-Modified.
fhir::http::Response resource(int status, const Stored& stored, const Behaviour& behaviour);
/// The answer to a write: Location, and a body as `Prefer` or the vendor says.
fhir::http::Response written(int status, const Stored& stored, const std::string& base,
                             const fhir::http::Request& request, const Behaviour& behaviour);
/// An OperationOutcome; its status is that of the error, or follows from its kind.
fhir::http::Response outcome(const fhir::Error& error);
/// The HTTP status of a refusal, and FHIR's IssueType for it.
int statusOf(const fhir::Error& error);
const char* issueCode(int status);

/// An answer with status 405 and Allow if the address does not take the method; else nullopt.
std::optional<fhir::http::Response> refusedMethod(const fhir::http::Request& request,
                                                  const std::vector<std::string_view>& allowed);

}  // namespace adapters::simulator
