#pragma once

#include "plugin/api/uses.h"
#include "plugin/http_server/router.h"

/// The JSON that the pages read and write; described by openapi.yaml beside this file. Every call
/// is bound to the context that the page was opened with: its connection, unit and patient.
namespace plugin::api {

/// GET /api/context, GET /api/ward, POST /api/contexts, GET /api/units,
/// POST /api/units/{unit}/contexts, POST /api/sign-out.
void addWardApi(http_server::Router& router, const Uses& uses);

/// GET /api/patient.
void addPatientApi(http_server::Router& router, const Uses& uses);

/// POST /api/patient/statements, GET /api/patient/statements/{id},
/// POST /api/patient/statements/{id}/withdrawal.
void addStatementApi(http_server::Router& router, const Uses& uses);

/// The pages themselves: GET /app/patient, /app/ward/{unit}, /app/assets/{path...}.
void addPages(http_server::Router& router, const Uses& uses);

/// Returns an HTML page of the built project, with the headers that every page has; 404 if the
/// program was built without pages. Our own pages and the EHR of `connection` may frame it
/// (`launch.frameAncestors`); if `connection` is "", every EHR may, for pages that hold no data.
http_server::Response page(std::string_view name, const http_server::Request& request,
                           const Uses& uses, const std::string& connection, int status = 200);

/// Writes a page that says in plain words what went wrong, with the request id; for routes that are
/// opened in a browser. Every EHR of the site may frame it, so that the user sees it.
http_server::ProblemWriter problemPage(const Uses& uses);

}  // namespace plugin::api
