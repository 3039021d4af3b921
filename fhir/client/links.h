#pragma once

#include <string>
#include <string_view>

#include "fhir/client/client.h"

namespace fhir {

/// Throws Error{InvalidInput} if this is no FHIR id, or is "." or "..", which would change the
/// path.
void checkId(std::string_view id);

/// Whether `url` lies at or below `base`, compared by origin and whole path segments: a prefix
/// test on text would give our token to "https://ehr.example.evil.example".
bool isWithin(const Url& url, const Url& base);

/// The address to request for a link from the server, relative to `from`: unchanged on the base's
/// own origin, rewritten to the base if it lies below an alias (ClientOptions::aliases). Throws
/// Error{BadReply} if the link is on another origin or is no address; `what` names the link in the
/// error text: "the next page".
Url followed(std::string_view link, const Url& from, const ClientOptions& options,
             const std::string& what);

/// An address that somebody sent, as it may stand in a log: in the form in which addresses are
/// compared, without query and without what may be a patient's id; else what is wrong with it.
std::string inLog(std::string_view address);

}  // namespace fhir
