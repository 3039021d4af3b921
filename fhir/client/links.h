#pragma once

#include <string>
#include <string_view>

#include "fhir/client/client.h"

namespace fhir {

/// Throws Error{InvalidInput} where this is no FHIR id, or one that means another folder in a path.
void checkId(std::string_view id);

/// Whether `url` lies at or below `base`, compared by origin and whole path segments: a prefix
/// test on text would give our token to "https://ehr.example.evil.example".
bool isWithin(const Url& url, const Url& base);

/// The address under which we ask for a link that the server gave, relative to `from`: on the
/// base's own origin as it is, below an alias rewritten to the base (ClientOptions::aliases).
/// Throws Error{BadReply} where it is on another origin, or no address; `what` names the link in
/// the text: "the next page".
Url followed(std::string_view link, const Url& from, const ClientOptions& options,
             const std::string& what);

}  // namespace fhir
