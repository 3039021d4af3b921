#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/routes/route.h"

namespace adapters {

/// Why we cannot change a resource of this type in the EHR, in a plain sentence: the profile or the
/// CapabilityStatement lists no update, or no scope for it was granted. nullopt if we can.
std::optional<std::string> whyNoUpdate(const RouteContext& context, std::string_view type);

/// Marks what `route` wrote at `location` as entered in error: reads it, changes only its status
/// (and a document's docStatus), and updates the version that was read (`If-Match`). If somebody
/// else has changed it meanwhile, it is read again: three readings at most. If it is already
/// marked, or gone, nothing is changed.
///
/// If the EHR does not allow it, the companion gets the marked statement (`retracted`), and the
/// result says why and what a person has to do in the EHR.
///
/// `formerPatient` is the id that the patient had at the time of writing: an EHR that has merged
/// two records may name either. A resource that is now about anybody else is not changed.
///
/// Throws Error{Unavailable, BadReply, Unauthorized} if a later try may succeed,
/// Error{InvalidInput} if `location` is not "Type/id".
LadderResult retractWritten(const RouteContext& context, const std::string& route,
                            const std::string& location, const fhir::Observation& retracted,
                            const std::string& formerPatient);

}  // namespace adapters
