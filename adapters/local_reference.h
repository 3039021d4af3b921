#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhir/base/url.h"
#include "fhir/client/client.h"
#include "fhir/r4/datatypes.h"

namespace adapters {

/// The id in a reference to a resource of `type` on the server at `base`: "Patient/1", with or
/// without version, or the same as a URL below `base`. nullopt for anything else: another type, a
/// contained resource, another server, whose ids mean other people.
std::optional<std::string> localId(const fhir::Reference& reference, std::string_view type,
                                   const fhir::Url& base);

/// The same, but the URL may also be below one of the server's aliases, and its scheme and host may
/// have upper-case letters.
std::optional<std::string> localId(const fhir::Reference& reference, std::string_view type,
                                   const fhir::ClientOptions& server);

}  // namespace adapters
