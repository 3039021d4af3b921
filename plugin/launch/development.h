#pragma once

#include "plugin/http/router.h"
#include "plugin/site.h"

namespace plugin::launch {

/// Links that skip the SMART launch, for development only:
/// GET /development/start, POST /development/links, GET /development/open. The composition root
/// adds them only where the configuration says `"development": true`.
void addDevelopmentLinks(http::Router& router, const Site& site);

/// The same addresses where development is off: each says why it is refused (403).
void refuseDevelopmentLinks(http::Router& router);

}  // namespace plugin::launch
