#pragma once

#include <map>
#include <string>

#include "plugin/connections/authorization_servers.h"

namespace plugin::launch {

/// Fetches the EHR's style at `smart_style_url` (SMART App Launch 2.2, "styling"): the keys that
/// our pages know, as text. It is fetched here because the pages may send requests only to us, and
/// only from the origins of the FHIR base, the authorization server and the site's
/// `frameAncestors`. Empty if it does not come within two seconds and 64 KiB: a page without
/// colours is still a page.
std::map<std::string, std::string> readStyle(const Issuer& issuer,
                                             const fhir::smart::SmartConfiguration& configuration,
                                             const std::string& url);

/// The known keys of a style document whose values are short and plain; the pages check them more
/// strictly.
std::map<std::string, std::string> knownStyle(std::string json);

}  // namespace plugin::launch
