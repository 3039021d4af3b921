#pragma once

#include "plugin/http_server/router.h"
#include "plugin/launch/uses.h"

namespace plugin::launch {

/// Links that skip the SMART launch, for development only: GET /development/start, POST
/// /development/links, GET /development/open. The composition root adds them only if the
/// configuration says `"development": true`.
void addDevelopmentLinks(http_server::Router& router, const Uses& uses);

/// The same addresses if development is off: each says why it is refused (403).
void refuseDevelopmentLinks(http_server::Router& router);

}  // namespace plugin::launch
