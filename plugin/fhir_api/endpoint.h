#pragma once

#include "plugin/fhir_api/uses.h"
#include "plugin/http_server/router.h"

namespace plugin::fhir_api {

/// Serves what the EHR could not take, under /fhir, as FHIR R4. GET /metadata; GET /{type} and POST
/// /{type}/_search, GET /{type}/{id}, for the types of `servedTypes`. Authenticated callers get
/// what their token allows; everybody gets /metadata. Every error is an OperationOutcome. Words
/// that are restricted to the care team are not served.
void addEndpoint(http_server::Router& router, const Uses& uses);

}  // namespace plugin::fhir_api
