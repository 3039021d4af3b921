#pragma once

#include <string>
#include <string_view>

#include "fhir/client/client.h"

namespace fhir {

/// Throws Error{InvalidInput} if this is no FHIR id, or is "." or "..", which would change the
/// path.
void checkId(std::string_view id);

/// The address to request for a link from the server, relative to `from`: unchanged on the base's
/// own origin, rewritten to the base if it lies below an alias (ServerAddress::atBase). Throws
/// Error{BadReply} if the link is on another origin or is no address; `what` names the link in the
/// error text: "the next page".
Url followed(std::string_view link, const Url& from, const ServerAddress& server,
             const std::string& what);

}  // namespace fhir
