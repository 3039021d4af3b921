#pragma once

#include <functional>
#include <string>

#include "fhir/base/json.h"
#include "fhir/base/url.h"

namespace plugin::fhir_api {

/// The resource with references that can be followed from here (R4, references, section 2.3.0.1): a
/// relative one, "Patient/2", means the server that it is read from, and the patients, stays and
/// people are on the EHR at `ehrBase`. `isHere` says which resource, "Observation/…", is on this
/// server; to that, and to what is contained, the reference stays as it is.
std::string withEhrReferences(const fhir::json::Value& resource, const fhir::Url& ehrBase,
                              const std::function<bool(const std::string&)>& isHere);

}  // namespace plugin::fhir_api
