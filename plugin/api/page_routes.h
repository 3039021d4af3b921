#pragma once

#include <functional>
#include <string>

#include "plugin/api/uses.h"
#include "plugin/http_server/router.h"
#include "plugin/sessions/sessions.h"

namespace plugin::api {

/// Which open pages may call a route.
enum class Audience {
    AnyPage,
    PatientPage,  ///< opened for one patient
    WardPage,     ///< opened for a unit
    UnitsPage,    ///< opened for neither
};

/// Answers a request of an open page.
using PageHandler =
    std::function<http_server::Response(const http_server::Request&, const sessions::OpenContext&)>;

/// Adds a route for open pages of this audience. The handler gets the page that the request shows;
/// its patient is the one into whose record theirs was merged since, if any. The route answers 401
/// if the request shows no open page, and 403 if the page is of another audience.
void addPageRoute(http_server::Router& router, const Uses& uses, std::string method,
                  std::string path, Audience audience, PageHandler handler);

}  // namespace plugin::api
