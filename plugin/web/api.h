#pragma once

#include "plugin/http/router.h"
#include "plugin/site.h"

/// The JSON that the pages read and write; described by openapi.yaml beside this file. Every call
/// is bound to the context that the page was opened with: its connection, unit and patient.
namespace plugin::web {

/// GET /api/context, GET /api/ward, POST /api/contexts.
void addWardApi(http::Router& router, const Site& site);

/// GET /api/patient, POST /api/patient/statements, GET /api/patient/statements/{id}.
void addPatientApi(http::Router& router, const Site& site);

/// The pages themselves: GET /app/patient, /app/ward/{unit}, /app/assets/{path...}.
void addPages(http::Router& router);

/// An HTML page of the built project, with the headers that every page has; 404 where the
/// program was built without it.
http::Response page(std::string_view name, const http::Request& request, int status = 200);

}  // namespace plugin::web
