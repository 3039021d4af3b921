#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhir/base/url.h"
#include "fhir/client/client.h"
#include "fhir/r4/datatypes.h"

namespace adapters {

/// The id of the `type` on the server at `base` that `reference` names ("Patient/1", with or
/// without version, or the same as a URL below `base`). nullopt where it names anything else:
/// another type, a contained resource, a resource of another server whose id means another person.
std::optional<std::string> localId(const fhir::Reference& reference, std::string_view type,
                                   const fhir::Url& base);

/// The same, where the server may also name itself by its aliases and, as every address may be,
/// with letters of its scheme and host in upper case.
std::optional<std::string> localId(const fhir::Reference& reference, std::string_view type,
                                   const fhir::ClientOptions& server);

}  // namespace adapters
