#pragma once

#include "plugin/fhir_api/uses.h"
#include "plugin/http_server/router.h"

namespace plugin::fhir_api {

/// The companion's read side under /fhir: what the EHR could not take, as FHIR R4. GET /metadata;
/// GET /{type} and POST /{type}/_search, GET /{type}/{id}, for the types of `servedTypes`. Answers
/// authenticated callers with what their token opens; /metadata answers everybody. Every error is
/// an OperationOutcome. Words that are kept to the care team are not handed out.
void addEndpoint(http_server::Router& router, const Uses& uses);

}  // namespace plugin::fhir_api
